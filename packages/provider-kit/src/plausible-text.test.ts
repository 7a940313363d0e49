import { describe, expect, test } from "vitest";
import {
  isGarbled,
  isJsonLike,
  isMarkup,
  isSentence,
  problemOfShape,
  problemOfText,
} from "./plausible-text.ts";

const GARBAGE: Readonly<Record<string, readonly string[]>> = {
  bytes: [
    "Hello\u0000world",
    "\u001b[31mERROR\u001b[0m",
    "\ufffd\ufffd\ufffd\u0008\ufffd",
    "%PDF-1.4\n1 0 obj",
    "PK\u0003\u0004",
    "\u007fELF",
    "GIF89a",
    "-----BEGIN CERTIFICATE-----\nMIIB",
    "#!/bin/sh\nexit 1",
    `${"aGVsbG8gd29ybGQ2".repeat(8)}==`,
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  ],
  markup: [
    "<!DOCTYPE html><p>Hi",
    `${" ".repeat(5000)}<html>`,
    "\ufeff<html lang=de>",
    "<?xml version='1.0'?><a/>",
    "<Error><Code>AccessDenied</Code></Error>",
    "<soap:Envelope>",
    "<message>Internal failure</message>",
    "<ListBucketResult><Name>a</Name></ListBucketResult>",
    '<a href="/login">Found</a>.',
    "<a href=/login>Found</a>.",
    '<img src="x.png">',
    "<br />\n<b>Fatal error</b>: out of memory",
    "<b>Fatal error</b>: Out of memory",
    "<b>Warning</b>: file_get_contents(): failed",
    "<h1>Not Found</h1>",
  ],
  objects: [
    '{"text":"hel',
    '{ "detail": "Not Found" }',
    "{}",
    "[]",
    '[{"text":"hel',
    '["a","b"]',
    "[1, 2, 3]",
    "['a', 'b']",
    "{'detail': 'Internal error'}",
    "{'detail': {'code': 5}}",
    '{error: "boom"}',
    "{ error: { code: 500 } }",
    '{error: "boo',
    "null",
    "undefined",
    "NaN",
    "[object Object]",
    "error:\n  message: boom",
    "errors:\n- message: boom",
  ],
  "statuses in words": [
    "Bad Gateway",
    "502 Bad Gateway\n",
    "502 Bad Gateway\nnginx/1.2",
    "503 Service Unavailable: back-end server is at capacity",
    "429 Too Many Requests: slow down",
    "HTTP 404: Not Found",
    "Error 503 Service Unavailable",
    "Error 500 (Internal Server Error)!!1",
    "301 Moved Permanently",
    "404: Not Found",
    "Internal Server Error",
    "internal server error.",
    "Error: Internal Server Error",
    "Service Temporarily Unavailable",
    "404 page not found",
    "Not Found",
    "Moved Permanently",
    "error code: 1020",
    "Oops\nopenresty/1.21.4.1",
    "Access denied\nRay ID: 8f3a2b1c4d5e6f70",
  ],
  "what proxies and servers say": [
    "no healthy upstream",
    "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
    "upstream request timeout",
    "stream timeout",
    "Incorrect API key provided: x.",
    "Rate limit exceeded",
    "Client sent an HTTP request to an HTTPS server.",
    "The plain HTTP request was sent to HTTPS port",
    "rpc error: code = Unavailable desc = gone",
    "curl: (7) Failed to connect to 127.0.0.1",
    "Segmentation fault (core dumped)",
    "[Errno 24] Too many open files",
    "OSError: [Errno 28] No space left on device",
    "SQLSTATE[HY000] [2002] Connection refused",
  ],
  exceptions: [
    "Error: model not loaded",
    "error: no such model",
    "fatal: not a model",
    "Error: CUDA out of memory.",
    "RuntimeError: CUDA out of memory",
    "RuntimeError: CUDA out of memory. Tried to allocate 2 GiB.",
    "requests.exceptions.ConnectionError: gone",
    "java.lang.NullPointerException: x\n    at com.acme.Speech.run(Speech.java:12)",
    "java.lang.OutOfMemoryError",
    'Traceback (most recent call last):\n  File "a.py", line 1, in x\nKeyError',
    "Error: no\n    at run (/srv/app.js:3:9)\n    at main (/srv/app.js:9:1)",
    "Oh\n    at node:internal/main:12:3",
    "System.Exception: no\n   at Acme.Run(String a) in C:\\a.cs:line 3",
    "app.rb:3:in `run': no (RuntimeError)",
    "thread 'main' panicked at src/main.rs:3:5",
    "PHP Fatal error:  Uncaught Error in /var/www/a.php on line 3",
    "Warning: fopen(x): failed to open stream in /srv/a.php on line 12",
    "panic: runtime error\n\ngoroutine 1 [running]:",
    "goroutine 1 [running]:",
  ],
  logs: [
    'level=error msg="boom"',
    'time="2024-01-01T10:00:00Z" level=error msg="boom"',
    "ts=1 caller=a.go:1 level=info msg=x",
    "[ERROR] 2024-01-01 model crashed",
    "[error] model crashed",
    "[INFO] Loading",
    "2024-01-01 10:00:00,123 ERROR app: boom",
    "2024-01-01T10:00:00Z WARN boom",
    "[2024-01-01 10:00:00] [error] boom",
    "2024/01/01 10:00:00 [error] 12#0: boom",
    "ERROR:root:boom",
    "ERROR:    Exception in ASGI application",
    "E0101 10:00:00.000000 1 a.go:12] boom",
    "# HELP requests Number of requests",
  ],
  protocols: [
    "POST /v1/audio/transcriptions HTTP/1.1\r\nhost: x",
    "HTTP/1.1 502 Bad Gateway",
    "host: x\nAuthorization: Bearer abc",
    "Content-Type: text/html",
    "X-Request-Id: 1",
    "set-cookie: a=b",
    'data: {"type":"ping"}',
    'event: ping\ndata: {"type":"ping"}',
    'id: 1\ndata: {"a":1}',
    ': keepalive\n\ndata: {"a":1}',
    "retry: 300\ndata: {",
    '\n\r\nid: 1\r\nevent: x\r\ndata: {"a":1}',
    "data: [DONE]",
  ],
};

const SPEECH: Readonly<Record<string, readonly string[]>> = {
  "short things": [
    "",
    "1984",
    "404",
    "500 miles",
    "True.",
    "Null.",
    "None.",
    "OK",
    "Gone.",
    "Yes!",
  ],
  news: [
    "Warning: there are delays on line 4.",
    "Notice: no trains on line 2 today.",
    "Fatal: three dead in crash.",
    "Breaking news: fire in the harbour.",
    "Fatal error: how a pilot lost his way.",
    "Denied: the access to the files.",
    "Terror: a history of violence.",
    "Panic: the word of the day.",
    "Panic: markets fall in Asia, Europe and America.",
    "Exception: on Sundays we are closed.",
    "Found: one dog, brown, answers to Rex.",
    "Status: it's complicated.",
    "Detail: nobody knows who wrote it.",
  ],
  law: [
    "Authorization: granted by Dr. Smith.",
    "Authorization: the bearer of this letter may enter.",
    "Objection: hearsay.\nOverruled.",
    "Section 403: forbidden acts.",
    "Article 5. No one shall be held in error.",
    "Exhibit A: a letter of 4 May.",
  ],
  medicine: [
    "X-ray: no fracture.",
    "Diagnosis: a fault in the valve.\n Treatment: rest.",
    "Blood pressure 120/80, pulse 72.",
    "Temp: 38.5. BP: 120 over 80. SpO2 = 97.",
  ],
  software: [
    "The page was Not Found, he said.",
    "We got an internal server error and then a bad gateway.",
    "Bad gateway errors happen often.",
    "404 not found errors are what users hate most.",
    "Invalid API key errors happen when you mistype it.",
    "Rate limits exceeded what we expected.",
    "There was an error: nobody came.",
    "Error: nobody came.",
    "Error: it means to wander, from Latin.",
    "A RuntimeError, or a TypeError, is what Python raises.",
    "So level equals error, and the message is boom.",
    "Nginx 1.25 is out, and Apache too.",
    'He wrote <html> on the board and then {"x": 1}.',
    "a < b and c > d",
    "Type git status, then enter.",
    "Data: it is everywhere.",
    "Event: the summer party.\nData: to follow.",
    "ID: 5. Retry: never.",
    "Cookie: I want one.",
    "Host: Good evening.\nGuest: Hello.",
    "Info: the shop is closed.",
    "INFO: the shop is closed.",
    "Get it over HTTP, not FTP.",
  ],
  "times and verses": [
    "at school\n at 10:15",
    " The launch happened\n at 10:15:30",
    " We met\n at noon (12:30)",
    " It is written\n at John 3:16:17",
    " at Luke (2:1:3)",
    " at 3.16:17:18",
    "Genesis 1:1. In the beginning.",
    "2024-01-01 was a Monday.",
    "2024-01-01 10:00:00 is when it began, he said.",
    "10:15:30 and counting.",
  ],
  "marks of models": [
    "[Music]",
    "[BLANK_AUDIO]",
    "[[laughs]] Hello.",
    "[2024]",
    "[Error message] he reads.",
    '["Hello", she said]',
    "[SPEAKER_01]: Hello.",
    "[00:00:01.000 --> 00:00:02.000] Hello.",
    "{laughs} Hello.",
    "{laughs: loudly} Hello.",
    "♪ La la la ♪",
    "(applause)",
    "*sighs* Well.",
    "<i>la la la</i>",
    "<i><b>la</b></i>",
    '<font color="#ffffff">♪ la ♪</font>',
    "<v Ada>Hello.",
    "<unk> hello",
    "<Music> hello",
    "<speaker_1>Hello.</speaker_1>",
    "<speaker_1>Hello.</speaker_1>\n<speaker_2>Hi.</speaker_2>",
    "<inaudible>hello</inaudible>",
    "<crosstalk>what</crosstalk>",
    "<|en|> Hello.",
    "# Hello\n\n- one\n- two",
  ],
  "other writing": [
    '"Hello," she said.',
    "Fünf \ufffd sechs sieben acht neun zehn.",
    "One\ttwo\r\nthree\fend",
    "日本語のテキスト",
    "エラー: モデルが見つかりません。",
    "错误：没有人来。",
    "خطأ: لم يأت أحد.",
    "Ошибка: никто не пришёл.",
    "오류: 아무도 오지 않았다.",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenträgerverein",
    `A${"a".repeat(200)}h!`,
    "Ingredients:\n flour: two cups\n sugar: one cup",
    "Chapter 1: Error and Exception\n\nIt was a dark night.",
  ],
};

describe.each(Object.entries(GARBAGE))("nobody says %s", (_kind, texts) => {
  test.each(texts)("%j", (text) => {
    expect(problemOfText(text)).toBeDefined();
  });
});

describe.each(Object.entries(SPEECH))("somebody may say %s", (_kind, texts) => {
  test.each(texts)("%j", (text) => {
    expect(problemOfText(text)).toBeUndefined();
    expect(problemOfText(` ${text}\n`)).toBeUndefined();
    expect(problemOfShape(text)).toBeUndefined();
  });
});

test("there are enough of both", () => {
  expect(Object.values(GARBAGE).flat().length).toBeGreaterThan(80);
  expect(Object.values(SPEECH).flat().length).toBeGreaterThan(80);
});

test("what has a shape of its own may hold any words", () => {
  expect(problemOfShape("1\n00:00:01,000 --> 00:00:02,000\nBad Gateway\n")).toBeUndefined();
  expect(problemOfShape("<html></html>")).toBeDefined();
});

test("a broken character or two do not make a text garbled", () => {
  expect(isGarbled(`${"word ".repeat(10)}\ufffd`)).toBe(false);
  expect(isGarbled("\u0000\u0001ab")).toBe(true);
});

test("ends within the time of a test for what repeats", () => {
  const long = 1_000_000;
  const pieces = [
    "<a",
    "{",
    "[",
    " at x",
    "\n at a(",
    "error: ",
    "a.",
    "<",
    "data: ",
    "a=b ",
    "id:\n",
  ];
  for (const piece of [
    ...pieces,
    "a_",
    "/a",
    "{a:1",
    "<a ",
    "A",
    "aError",
    " at a.b",
    "[a",
    "[1,",
  ]) {
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
