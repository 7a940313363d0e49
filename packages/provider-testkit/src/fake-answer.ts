import { readFileSync } from "node:fs";
import type { RecordedCall } from "./recorded-call.ts";

/** What a fake vendor answers with; by default 200 and an empty body. */
export interface FakeAnswer {
  readonly status?: number;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A string or bytes go out as they are, everything else as JSON. */
  readonly body?: unknown;
  /** Sends the body in pieces of so many bytes; by default in one. */
  readonly pieceBytes?: number;
  /**
   * How the body ends: by default `complete`; `broken` cuts the connection after what was sent;
   * `hang` sends no more and keeps it open.
   */
  readonly ending?: "complete" | "broken" | "hang";
  /** Answers nothing at all and keeps the connection open. */
  readonly silent?: boolean;
}

/** Answers each call by what it says; `index` counts the calls from 0. */
export type FakeVendor = (call: RecordedCall, index: number) => FakeAnswer | Promise<FakeAnswer>;

/** A vendor's answer as it was recorded, and where it comes from. */
export interface Fixture extends FakeAnswer {
  /** The URL of the documentation, or words that say where the answer was seen. */
  readonly source: string;
}

/** The vendor's answers to one transcription: to every call, in turn (the last one repeats), or by call. */
export type VendorAnswer =
  | Fixture
  | readonly Fixture[]
  | ((call: RecordedCall, index: number) => Fixture);

const isList = (answer: VendorAnswer): answer is readonly Fixture[] => Array.isArray(answer);

/** The fake vendor that gives these answers. Throws when one of them does not say its source. */
export function toVendor(answer: VendorAnswer): FakeVendor {
  const pick = (call: RecordedCall, index: number): Fixture | undefined => {
    if (typeof answer === "function") return answer(call, index);
    return isList(answer) ? (answer[index] ?? answer.at(-1)) : answer;
  };
  return (call, index) => {
    const fixture = pick(call, index);
    if (fixture === undefined) throw new Error("There is no answer to this call.");
    if (typeof fixture.source !== "string" || fixture.source.trim() === "") {
      throw new Error(`The fixture for ${call.method} ${call.path} does not say its \`source\`.`);
    }
    return fixture;
  };
}

/** The vendor that gives these answers, each of them changed; `index` counts the calls from 0. */
export function changeAnswers(
  answer: VendorAnswer,
  change: (answer: FakeAnswer, index: number) => FakeAnswer,
): FakeVendor {
  const vendor = toVendor(answer);
  return async (call, index) => change(await vendor(call, index), index);
}

/** An answer with the first half of its bytes. */
export function halfOf(answer: FakeAnswer): FakeAnswer {
  const bytes = bytesOfAnswer(answer);
  return { ...answer, body: bytes.subarray(0, bytes.byteLength / 2) };
}

/** The bytes of an answer's body. */
export function bytesOfAnswer(answer: FakeAnswer): Uint8Array {
  const { body } = answer;
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  return new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
}

/** The headers of an answer, with a content type for what is sent as JSON. */
export function headersOfAnswer(answer: FakeAnswer): Readonly<Record<string, string>> {
  const { body, headers = {} } = answer;
  const isText = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  return isText ? headers : { "content-type": "application/json", ...headers };
}

/** The pieces in which an answer's body arrives. */
export function* piecesOfAnswer(answer: FakeAnswer): Generator<Uint8Array, void, undefined> {
  const bytes = bytesOfAnswer(answer);
  const size = answer.pieceBytes ?? Math.max(1, bytes.byteLength);
  for (let start = 0; start < bytes.byteLength; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isHeaders = (value: unknown): value is Readonly<Record<string, string>> =>
  isFields(value) && Object.values(value).every((header) => typeof header === "string");

const toFixture = (name: string, value: unknown): Fixture => {
  const fail = (problem: string): Error => new Error(`The fixture ${name}.json ${problem}.`);
  if (!isFields(value)) throw fail("is no JSON object");
  const { source, status = 200, headers = {}, body, lines } = value;
  if (typeof source !== "string" || source.trim() === "") {
    throw fail("does not say its `source`: a URL, or words that say where the answer was seen");
  }
  if (typeof status !== "number") throw fail("has a `status` that is no number");
  if (!isHeaders(headers)) throw fail("has `headers` that are no object of strings");
  const text = Array.isArray(lines) ? lines.join("\n") : undefined;
  return { source, status, headers, ...(lines === undefined ? { body } : { body: text }) };
};

/**
 * Reads `{ source, status, headers, body }` from `NAME.json` in a folder; `lines` instead of `body`
 * holds a text line by line. Throws when a fixture does not say its source.
 */
export function readFixtures(folder: URL): (name: string) => Fixture {
  return (name) => {
    const file = new URL(`${name}.json`, folder.href.endsWith("/") ? folder : `${folder.href}/`);
    return toFixture(name, JSON.parse(readFileSync(file, "utf8")));
  };
}
