import { makeForm } from "../test-proxy.ts";
import type { TestProxy } from "../test-proxy.ts";

/** What a client of the proxy got. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** How a client asks; by default for a transcription. */
export interface ProxyQuestion {
  readonly fields: readonly (readonly [string, string])[];
  /** Absent when the fields hold a URL. */
  readonly audio?: Uint8Array;
  readonly path?: "transcriptions" | "translations";
}

/** Asks a test proxy as an OpenAI client does. */
export async function askProxy(proxy: TestProxy, question: ProxyQuestion): Promise<ProxyAnswer> {
  const { fields, audio, path = "transcriptions" } = question;
  const form = makeForm(fields, audio === undefined ? {} : { audio });
  if (audio === undefined) form.delete("file");
  const response = await fetch(`${proxy.url}/v1/audio/${path}`, {
    method: "POST",
    headers: { authorization: "Bearer sk-1234" },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** The data of the events of a stream, parsed. */
export function eventsOf(body: string): readonly unknown[] {
  return body
    .split("\n\n")
    .map((frame) => /^data: (.*)$/mu.exec(frame)?.[1])
    .filter((data) => data !== undefined && data !== "[DONE]")
    .map((data): unknown => JSON.parse(data ?? ""));
}
