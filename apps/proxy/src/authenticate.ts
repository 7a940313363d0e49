import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIPv6 } from "node:net";
import { TranscriptionError } from "@earshot/core";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const presentedKeys = (headers: IncomingHttpHeaders): readonly string[] =>
  [
    headers.authorization?.replace(/^(?:bearer|token)\s+/iu, "").trim(),
    headers["api-key"],
    headers["x-api-key"],
    headers["xi-api-key"],
  ].filter((key): key is string => typeof key === "string" && key !== "");

/**
 * Makes the check of a request's key against the master key, in constant time. Without a master key
 * everybody may pass. Throws `unauthorized` (401) that says which headers are read.
 */
export function createAuthenticator(
  masterKey: string | undefined,
): (headers: IncomingHttpHeaders) => void {
  if (masterKey === undefined) return () => {};
  // Headers arrive without space around them.
  const expected = digest(masterKey.trim());
  return (headers) => {
    const keys = presentedKeys(headers);
    if (keys.length === 0)
      throw new TranscriptionError(
        "unauthorized",
        "No API key was sent. Send 'Authorization: Bearer KEY', 'api-key: KEY' or 'x-api-key: KEY'.",
      );
    if (!keys.some((key) => timingSafeEqual(digest(key), expected)))
      throw new TranscriptionError("unauthorized", "The API key is wrong.");
  };
}

/** Without it anybody could find the address to a hash by trying all there are. */
const SALT = randomBytes(16);

const IPV4_WITHIN_IPV6 = /^::ffff:(?=\d+\.)/iu;
/** Every network has so many of the eight groups to itself; the rest its machines choose at will. */
const NETWORK_GROUPS = 4;

const networkOf = (address: string): string => {
  const [head = "", tail = ""] = address.replace(/%.*$/u, "").split("::");
  const [groups, last] = [head, tail].map((part) => (part === "" ? [] : part.split(":")));
  const missing = 8 - (groups?.length ?? 0) - (last?.length ?? 0);
  const zeros = Array.from({ length: Math.max(0, missing) }, () => "0");
  return [...(groups ?? []), ...zeros, ...(last ?? [])].slice(0, NETWORK_GROUPS).join(":");
};

/** Requests come in runs from the same address; a hash for each would be work for nothing. */
let last: { readonly address: string; readonly caller: string } | undefined;

/**
 * Tells callers apart by the address of their connection (of IPv6 the network), as a text that gives
 * the address away to nobody and means nothing to another process. All calls of a proxy in front are
 * one caller's: what it says of its clients, anybody could say.
 */
export function callerOf(remoteAddress = ""): string {
  if (last?.address === remoteAddress) return last.caller;
  const address = remoteAddress.replace(IPV4_WITHIN_IPV6, "");
  const place = isIPv6(address) ? networkOf(address) : address;
  const caller = createHash("sha256").update(SALT).update(place).digest("base64url");
  last = { address: remoteAddress, caller };
  return caller;
}
