import { readFileSync } from "node:fs";
import type { Fixture } from "./fake-answer.ts";

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
