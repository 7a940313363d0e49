import { describe, expect, test } from "vitest";
import { isGarbled, isJsonLike, isMarkup, isSentence, problemOfText } from "./plausible-text.ts";

describe("what nobody says", () => {
  test.each([
    "Hello\u0000world",
    "\u001b[31mERROR\u001b[0m",
    "\ufffd\ufffd\ufffd\u0008\ufffd",
    "<!DOCTYPE html><p>Hi",
    `${" ".repeat(5000)}<html>`,
    "\ufeff<html lang=de>",
    "<?xml version='1.0'?><a/>",
    "<Error><Code>AccessDenied</Code></Error>",
    "<soap:Envelope>",
    "<br />\n<b>Fatal error</b>: out of memory",
    '{"text":"hel',
    '{ "detail": "Not Found" }',
    "{}",
    "[]",
    '[{"text":"hel',
    "null",
    "undefined",
    "[object Object]",
    "Bad Gateway",
    "502 Bad Gateway\n",
    "Internal Server Error",
    "internal server error.",
    "Service Temporarily Unavailable",
    "404 page not found",
    "Not Found",
    "error code: 1020",
    "no healthy upstream",
    "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
    "upstream request timeout",
    "stream timeout",
    "Incorrect API key provided: x.",
    "Rate limit exceeded",
    "Error: model not loaded",
    "RuntimeError: CUDA out of memory",
    "java.lang.NullPointerException: x\n    at com.acme.Speech.run(Speech.java:12)",
    'Traceback (most recent call last):\n  File "a.py", line 1, in x\nKeyError',
    "PHP Fatal error:  Uncaught Error in /var/www/a.php on line 3",
    "panic: runtime error\n\ngoroutine 1 [running]:",
    "POST /v1/audio/transcriptions HTTP/1.1\r\nhost: x",
    "HTTP/1.1 502 Bad Gateway",
    "host: x\nAuthorization: Bearer abc",
    'data: {"type":"ping"}',
  ])("%j", (text) => {
    expect(problemOfText(text)).toBeDefined();
  });
});

describe("what somebody may say", () => {
  test.each([
    "",
    "1984",
    "404",
    "500 miles",
    "True.",
    "Null.",
    "OK",
    "Gone.",
    "Not found.",
    "The page was Not Found, he said.",
    "We got an internal server error and then a bad gateway.",
    "Bad gateway errors happen often.",
    "Invalid API key errors happen when you mistype it.",
    "Rate limits exceeded what we expected.",
    "There was an error: nobody came.",
    "[Music]",
    "[BLANK_AUDIO]",
    "[[laughs]] Hello.",
    "{laughs} Hello.",
    '"Hello," she said.',
    "<i>la la la</i>",
    "<unk> hello",
    "<Music> hello",
    "a < b and c > d",
    'He wrote <html> on the board and then {"x": 1}.',
    "Notice: the meeting is at five.",
    "Cookie: I want one.",
    "Data: it is everywhere.",
    "at school\n at 10:15",
    "Fünf \ufffd sechs sieben acht neun zehn.",
    "One\ttwo\r\nthree\fend",
    "日本語のテキスト",
  ])("%j", (text) => {
    expect(problemOfText(text)).toBeUndefined();
  });
});

test("a broken character or two do not make a text garbled", () => {
  expect(isGarbled(`${"word ".repeat(10)}\ufffd`)).toBe(false);
  expect(isGarbled("\u0000\u0001ab")).toBe(true);
});

test("ends within the time of a test for what repeats", () => {
  const long = 1_000_000;
  for (const piece of ["<a", "{", "[", " at x", "\n at a(", "error: ", "a.", "<", "data: "]) {
    const text = piece.repeat(long);
    const judged = [problemOfText(text) === undefined, isMarkup(text), isJsonLike(text)];
    expect([...judged, isSentence(text)]).toHaveLength(4);
  }
});

test("a sentence is a line or two of plain text", () => {
  expect(isSentence("upstream connect error")).toBe(true);
  expect(isSentence("<h1>No</h1>")).toBe(false);
  expect(isSentence("a\nb\nc\nd")).toBe(false);
  expect(isSentence("\u0000\u0001")).toBe(false);
});
