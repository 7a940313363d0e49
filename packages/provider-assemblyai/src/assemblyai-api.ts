import { TranscriptionError } from "@earshot/core";
import type { HttpBody, HttpCall, ProviderContext } from "@earshot/core";
import {
  asRecord,
  asString,
  callProvider,
  holdsSecret,
  joinUrl,
  readJson,
} from "@earshot/provider-kit";
import { classifyAssemblyaiError } from "./classify-assemblyai-error.ts";

/** Where to call, as whom, and with which headers, the key among them. */
export interface AssemblyaiServer {
  readonly id: string;
  readonly baseUrl: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values that must not appear in a message. */
  readonly secrets: readonly string[];
}

/** An answer of the vendor, read loosely. */
export type Fields = Readonly<Record<string, unknown>>;

/** One call to the vendor and its JSON answer. */
export type Ask = (
  method: HttpCall["method"],
  path: string,
  options?: {
    readonly body?: HttpBody;
    readonly query?: readonly (readonly [name: string, value: string])[];
    /** The bound of the answer; by default a megabyte, which only a transcript exceeds. */
    readonly limitBytes?: number;
  },
) => Promise<Fields>;

const NO_BODY: HttpBody = { type: "none" };
const SHORT_ANSWER_BYTES = 1024 * 1024;

const bad = ({ id }: AssemblyaiServer, problem: string): TranscriptionError =>
  new TranscriptionError("bad_response", `${id} answered ${problem}.`, { provider: id });

/** The vendor's API for one attempt. Rejects as `callProvider` does, and with `bad_response`. */
export function createAsk(server: AssemblyaiServer, context: ProviderContext): Ask {
  const { id, baseUrl, headers, secrets } = server;
  return async (method, path, options = {}) => {
    const { body = NO_BODY, query = [], limitBytes = SHORT_ANSWER_BYTES } = options;
    const url = joinUrl(baseUrl, path, query);
    const { text } = await callProvider(context, {
      provider: id,
      call: { method, url, headers, body },
      classify: classifyAssemblyaiError,
      secrets,
      limitBytes,
    });
    const fields = asRecord(readJson(text, id));
    if (fields === undefined) throw bad(server, "with JSON that is no object");
    return fields;
  };
}

/** A text that the answer must hold. Throws `bad_response` without it. */
export function requireText(server: AssemblyaiServer, fields: Fields, name: string): string {
  const text = asString(fields[name]) ?? "";
  if (text === "") throw bad(server, `without \`${name}\``);
  // Ids and states are shown in messages.
  if (holdsSecret(text, server.secrets)) throw bad(server, `with its key as \`${name}\``);
  return text;
}
