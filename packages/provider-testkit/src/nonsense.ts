import type { FakeAnswer } from "./fake-answer.ts";

const typed = (type: string, body: unknown): FakeAnswer => ({
  headers: { "content-type": type },
  body,
});
const json = (body: string): FakeAnswer => typed("application/json", body);
const text = (body: unknown): FakeAnswer => typed("text/plain; charset=utf-8", body);

const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values);

/** The first bytes of a gzip file, and some that follow them. */
const GZIP = bytes(
  31,
  139,
  8,
  0,
  0,
  0,
  0,
  0,
  0,
  3,
  203,
  72,
  205,
  201,
  201,
  87,
  40,
  207,
  47,
  202,
  73,
  1,
);
const UTF_16 = bytes(255, 254, 72, 0, 101, 0, 108, 0, 108, 0, 111, 0);

const PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Hello.</body></html>";
const TRACE =
  'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in run\nValueError: no model';

/** Successes that are no transcript, whatever was asked for. */
export const NONSENSE: readonly (readonly [what: string, answer: FakeAnswer])[] = [
  ["nothing (204)", { status: 204 }],
  ["nothing (205)", { status: 205 }],
  ["a part of an answer (206)", { ...json('{"text":"Hello."}'), status: 206 }],
  ["an empty body", { body: "" }],
  ["an empty web page", typed("text/html", "")],
  ["an empty JSON body", json("")],
  ["a web page", typed("text/html", PAGE)],
  ["a web page called JSON", json(PAGE)],
  ["a web page called text", text(`\n\n${PAGE}`)],
  ["half a web page", text("<html><head><title>Sig")],
  ["XML", typed("application/xml", '<?xml version="1.0"?><Error><Code>No</Code></Error>')],
  ["XML called text", text("<Error><Code>AccessDenied</Code></Error>")],
  ["cut-off JSON", json('{"text":"hel')],
  ["cut-off JSON called text", text('{"text":"hel')],
  ["a cut-off list", text('[{"text":"hel')],
  ["null", json("null")],
  ["an empty list", json("[]")],
  ["an empty object", json("{}")],
  ["an empty object called text", text("{}")],
  ["a number", json("42")],
  ["a problem", typed("application/problem+json", '{"title":"Teapot","status":418}')],
  ["a detail", json('{"detail":"Not Found"}')],
  ["a detail called text", text('{"detail":"Not Found"}')],
  ["a text that is null", json('{"text":null}')],
  ["a text that is a number", json('{"text":5}')],
  ["a text that is a list", json('{"text":["Hello."]}')],
  ["a text that is an object", json('{"text":{"value":"Hello."}}')],
  ["a text of control characters", json('{"text":"\\u0000\\u0001\\u0002"}')],
  ["a web page in JSON", json(JSON.stringify({ text: PAGE }))],
  ["deep JSON", json(`${"[".repeat(20_000)}${"]".repeat(20_000)}`)],
  [
    "compressed bytes",
    { headers: { "content-type": "text/plain", "content-encoding": "gzip" }, body: GZIP },
  ],
  ["compressed bytes called JSON", typed("application/json", GZIP)],
  ["UTF-16", text(UTF_16)],
  ["Latin-1", text(bytes(71, 114, 252, 223, 101))],
  ["control characters", text("Hello\u0000\u0001\u0002")],
  ["an image", typed("image/png", bytes(137, 80, 78, 71, 13, 10, 26, 10))],
  ["bytes", typed("application/octet-stream", bytes(0, 1, 2, 3))],
  [
    "a proxy's error",
    text("upstream connect error or disconnect/reset before headers. reset reason: overflow"),
  ],
  ["a status in words", text("Bad Gateway")],
  ["a status in words after its number", text("502 Bad Gateway\n")],
  ["an error code", text("error code: 502")],
  ["a lost backend", text("no healthy upstream")],
  ["an exception", text("RuntimeError: CUDA out of memory")],
  ["a stack trace", text(TRACE)],
  [
    "a stack trace of JavaScript",
    text("Error: no\n    at run (/srv/app.js:3:9)\n    at main (/srv/app.js:9:1)"),
  ],
  ["events", typed("text/event-stream", 'data: {"type":"ping"}\n\n')],
];
