import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Sample } from "@earshot/provider-local";
import { FailedCommand } from "../failed-command.ts";

export interface SelfCheckRequest {
  /** Where the server listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly model: string;
  readonly masterKey: string | undefined;
  readonly sample: Sample;
  readonly signal: AbortSignal;
}

/** What the server made of the sample. */
export interface SelfCheckResult {
  readonly text: string;
  readonly tookMs: number;
  /** False when some word differs from what is said in the sample; case and marks do not count. */
  readonly wordForWord: boolean;
}

const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}' ]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();

const textOf = (body: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    const known = typeof value === "object" && value !== null && "text" in value;
    return known && typeof value.text === "string" ? value.text : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The form as bytes: Node 24's fetch rejects with nobody to catch it when it is aborted while it
 * reads a form by itself.
 */
const encodeForm = async (
  model: string,
  audioPath: string,
): Promise<{ readonly contentType: string; readonly body: ArrayBuffer }> => {
  const form = new FormData();
  form.set("model", model);
  form.set("file", new File([await readFile(audioPath)], basename(audioPath)));
  const encoded = new Response(form);
  const contentType = encoded.headers.get("content-type") ?? "";
  return { contentType, body: await encoded.arrayBuffer() };
};

/** Sends the sample through the server's own HTTP endpoint, as a client would. */
export async function checkItself(request: SelfCheckRequest): Promise<SelfCheckResult> {
  const { url, model, masterKey, sample, signal } = request;
  const { contentType, body: form } = await encodeForm(model, sample.path);
  const startedAtMs = performance.now();
  const response = await fetch(`${url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: {
      "content-type": contentType,
      ...(masterKey === undefined ? {} : { authorization: `Bearer ${masterKey}` }),
    },
    body: form,
    signal,
  });
  const body = await response.text();
  const tookMs = performance.now() - startedAtMs;
  const text = response.ok ? textOf(body) : undefined;
  if (text === undefined)
    throw new FailedCommand(`the server answered its own request with ${response.status}: ${body}`);
  return { text, tookMs, wordForWord: wordsOf(text) === wordsOf(sample.text) };
}
