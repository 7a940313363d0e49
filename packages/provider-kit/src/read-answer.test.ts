import { doAtOnce, TranscriptionError } from "@earshot/core";
import type { LongWork, Transcript } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { readAnswer, readAnswerWork } from "./read-answer.ts";

const source = { provider: "acme", secrets: ["acme-geheimnis-1"] };
const word = { text: "a", startSeconds: 0, endSeconds: 1 };
const of = (text: string): Transcript => ({ text, warnings: [] });

test("passes a transcript on", () => {
  const transcript = of("Hello, acme.");
  expect(readAnswer(source, () => transcript)).toBe(transcript);
});

test("passes a reader's own error on", () => {
  const error = new TranscriptionError("overloaded", "Busy.");
  expect(() =>
    readAnswer(source, () => {
      throw error;
    }),
  ).toThrow(error);
});

test("takes what crashes its reader for a bad answer", () => {
  const recurse = (): Transcript => recurse();
  expect(() => readAnswer(source, recurse)).toThrow(
    expect.objectContaining({ code: "bad_response", provider: "acme" }),
  );
});

test.each([
  ["binary data", of("\u0000\u0001\u0002a")],
  ["a web page", of(" <!DOCTYPE html><html></html>")],
  ["the key", of("It is acme-geheimnis-1.")],
  ["more text than any recording has", of("a".repeat(3_000_000))],
  [
    "more words than any recording has",
    { ...of("a"), words: Array.from({ length: 500_000 }, () => word) },
  ],
  [
    "words that are longer together than any recording's text",
    { ...of("a"), words: [word, { ...word, text: "a".repeat(3_000_000) }] },
  ],
])("refuses %s", (_what, transcript) => {
  expect(() => readAnswer(source, () => transcript)).toThrow(
    expect.objectContaining({ code: "bad_response" }),
  );
});

describe("a reader that pauses", () => {
  function* pausing(read: () => Transcript): LongWork<Transcript> {
    yield;
    return read();
  }
  const readAnswerInPieces = (read: () => Transcript): Transcript =>
    doAtOnce(readAnswerWork(source, () => pausing(read)));

  test("is judged as any other", () => {
    expect(readAnswerInPieces(() => of("Hello."))).toEqual(of("Hello."));
    expect(() => readAnswerInPieces(() => of("It is acme-geheimnis-1."))).toThrow(/the key/u);
  });

  test("may crash", () => {
    const recurse = (): Transcript => recurse();
    expect(() => readAnswerInPieces(recurse)).toThrow(
      expect.objectContaining({ code: "bad_response", provider: "acme" }),
    );
  });
});

test("searches the whole body where there is one", () => {
  const body = '{"text":"Hello.","you":"acme-geheimnis-1"}';
  expect(() => readAnswer({ ...source, body }, () => of("Hello."))).toThrow(/the key/u);
});
