import { createHash, timingSafeEqual } from "node:crypto";
import { TranscriptionError } from "@earshot/core";

/** Looks a request header up; undefined when absent. */
export type HeaderReader = (name: string) => string | undefined;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const presentedKeys = (header: HeaderReader): readonly string[] =>
  [
    header("authorization")
      ?.replace(/^(?:bearer|token)\s+/iu, "")
      .trim(),
    header("api-key"),
    header("x-api-key"),
    header("xi-api-key"),
  ].filter((key): key is string => key !== undefined && key !== "");

/**
 * Makes the check of a request's key against the master key, in constant time. Without a master key
 * everybody may pass. Throws `unauthorized` (401) that says which headers are read.
 */
export function createAuthenticator(masterKey: string | undefined): (header: HeaderReader) => void {
  if (masterKey === undefined) return () => {};
  // Headers arrive without space around them.
  const expected = digest(masterKey.trim());
  return (header) => {
    const keys = presentedKeys(header);
    if (keys.length === 0)
      throw new TranscriptionError(
        "unauthorized",
        "No API key was sent. Send 'Authorization: Bearer KEY', 'api-key: KEY' or 'x-api-key: KEY'.",
      );
    if (!keys.some((key) => timingSafeEqual(digest(key), expected)))
      throw new TranscriptionError("unauthorized", "The API key is wrong.");
  };
}
