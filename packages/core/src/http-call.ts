import type { AudioFile } from "./audio-source.ts";
import type { JsonValue } from "./option-spec.ts";

/** The body of an HTTP call as plain data; the transport encodes it and streams the audio into it. */
export type HttpBody =
  | { readonly type: "none" }
  | { readonly type: "json"; readonly value: JsonValue }
  | { readonly type: "raw"; readonly audio: AudioFile; readonly contentType: string }
  /** The fields in order, then the file as the last part. A field may repeat. */
  | {
      readonly type: "multipart";
      readonly fields: readonly (readonly [name: string, value: string])[];
      readonly file?: { readonly name: string; readonly audio: AudioFile };
    };

export interface HttpCall {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** Lower-case names, without content-type and content-length: the transport sets those. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpBody;
}

export interface HttpResponse {
  readonly status: number;
  /** Looks a header up whatever its case; undefined when absent. */
  header(name: string): string | undefined;
  /** May be read once. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Makes one HTTP call, follows no redirect. Rejects with the codes `network`, `timeout` or
 * `aborted` only: every status is an answer.
 */
export type Transport = (call: HttpCall, signal: AbortSignal) => Promise<HttpResponse>;
