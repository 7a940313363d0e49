import type { ErrorCode, TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { classifyHttpFailure, describeHtml, parseRetryAfter } from "./classify-http-failure.ts";
import { redact, toSentence } from "./redact.ts";

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);

const classify = ({ status, body = "", headers = {}, secrets = [] }: Answer): TranscriptionError =>
  classifyHttpFailure({
    provider: "acme",
    status,
    header: (name) => headers[name],
    bodyText: typeof body === "string" ? body : JSON.stringify(body),
    now: NOW,
    secrets,
  });

const openai = (code: string | null, message: string, type = "invalid_request_error"): unknown => ({
  error: { message, type, param: null, code },
});

type Case = readonly [what: string, status: number, body: unknown, code: ErrorCode];

const CASES: readonly Case[] = [
  // A 429 is two different things.
  [
    "OpenAI without credit",
    429,
    openai(
      "insufficient_quota",
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
    ),
    "quota_exhausted",
  ],
  [
    "OpenAI's rate limit",
    429,
    openai("rate_limit_exceeded", "Rate limit reached for requests", "requests"),
    "rate_limited",
  ],
  ["OpenAI's slow_down", 429, openai("slow_down", "Slow down.", "rate_limit_error"), "overloaded"],
  [
    "Gemini's quota that comes back",
    429,
    [
      {
        error: {
          code: 429,
          status: "RESOURCE_EXHAUSTED",
          message: "You exceeded your current quota",
        },
      },
    ],
    "rate_limited",
  ],
  ["a busy ElevenLabs", 429, { detail: { status: "system_busy", message: "Busy." } }, "overloaded"],
  ["a 429 without words", 429, "", "rate_limited"],
  // Empty accounts under other statuses.
  [
    "AssemblyAI's negative balance",
    400,
    { error: "Your current account balance is negative. Please top up to continue using the API." },
    "quota_exhausted",
  ],
  [
    "Deepgram without credit",
    402,
    {
      err_code: "ASR_PAYMENT_REQUIRED",
      err_msg: "Project does not have enough credits.",
      request_id: "r1",
    },
    "quota_exhausted",
  ],
  [
    "ElevenLabs without credit, as 401",
    401,
    { detail: { status: "quota_exceeded", message: "This request exceeds your quota." } },
    "quota_exhausted",
  ],
  // Keys and permissions.
  [
    "a wrong key",
    401,
    openai("invalid_api_key", "Incorrect API key provided."),
    "provider_authentication",
  ],
  [
    "Azure's wrong key",
    401,
    { error: { code: "401", message: "Access denied." } },
    "provider_authentication",
  ],
  [
    "Gemini's wrong key, as 400",
    400,
    {
      error: {
        code: 400,
        message: "API key not valid. Please pass a valid API key.",
        status: "INVALID_ARGUMENT",
      },
    },
    "provider_authentication",
  ],
  [
    "a key without rights",
    403,
    { err_code: "INSUFFICIENT_PERMISSIONS", err_msg: "No." },
    "provider_permission",
  ],
  [
    "a blocked country",
    403,
    openai(
      "unsupported_country_region_territory",
      "Country, region, or territory not supported",
      "request_forbidden",
    ),
    "region_blocked",
  ],
  [
    "Google's reasons among the details",
    400,
    {
      error: {
        code: 400,
        message: "Request contains an invalid argument.",
        details: [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" },
        ],
      },
    },
    "provider_authentication",
  ],
  [
    "Gemini's blocked country",
    400,
    {
      error: {
        code: 400,
        message: "User location is not supported for the API use.",
        status: "FAILED_PRECONDITION",
      },
    },
    "region_blocked",
  ],
  [
    "a blocked region without code",
    403,
    { message: "Not available in your region." },
    "region_blocked",
  ],
  // Models.
  [
    "OpenAI's unknown model",
    404,
    openai("model_not_found", "The model `x` does not exist"),
    "provider_model_not_found",
  ],
  [
    "Azure's unknown deployment",
    404,
    {
      error: {
        code: "DeploymentNotFound",
        message: "The API deployment for this resource does not exist.",
      },
    },
    "provider_model_not_found",
  ],
  [
    "Deepgram's unknown model",
    400,
    {
      err_code: "Bad Request",
      err_msg: "Bad Request: No such model/language/tier combination found.",
    },
    "provider_model_not_found",
  ],
  [
    "Groq's retired model",
    400,
    openai("model_decommissioned", "The model has been decommissioned"),
    "provider_model_not_found",
  ],
  // The audio.
  [
    "too long for gpt-4o-transcribe",
    400,
    openai(
      "invalid_value",
      "audio duration 1830.530612 seconds is longer than 1400 seconds which is the maximum for this model",
    ),
    "audio_too_long",
  ],
  [
    "too many tokens of audio",
    400,
    openai(null, "Total number of tokens in instructions + audio is too large for this model."),
    "audio_too_long",
  ],
  [
    "too short",
    400,
    openai(null, "Audio file is too short. Minimum audio length is 0.1 seconds."),
    "invalid_request",
  ],
  [
    "too large",
    413,
    openai(null, "Maximum content size limit (26214400) exceeded (26221113 bytes read)"),
    "audio_too_large",
  ],
  [
    "too large, as 400",
    400,
    { detail: "File exceeds the maximum size of 25 MB" },
    "audio_too_large",
  ],
  [
    "too large for nginx",
    413,
    "<html><head><title>413 Request Entity Too Large</title></head></html>",
    "audio_too_large",
  ],
  ["an unknown media type", 415, "", "unsupported_media"],
  [
    "an unknown file",
    400,
    openai(null, "Invalid file format. Supported formats: ['flac', 'm4a']"),
    "unsupported_media",
  ],
  [
    "an unknown file of gpt-4o",
    400,
    openai(null, "Unrecognized file format. Supported formats: …"),
    "unsupported_media",
  ],
  [
    "Deepgram that cannot tell",
    400,
    {
      err_code: "Bad Request",
      err_msg: "Bad Request: failed to process audio: corrupt or unsupported data",
    },
    "unsupported_media",
  ],
  [
    "a broken file",
    400,
    openai(null, "The audio file could not be decoded or its format is not supported."),
    "audio_unreadable",
  ],
  ["a broken file at whisper.cpp", 400, { error: "failed to read audio data" }, "audio_unreadable"],
  [
    "a decoder that fails with 500",
    500,
    { detail: "Failed to decode audio file" },
    "audio_unreadable",
  ],
  [
    "a server that fails elsewhere",
    500,
    { detail: "Failed to decode the cached index" },
    "provider_error",
  ],
  ["a bad job", 200, { status: "error", error: "Audio file is corrupt" }, "audio_unreadable"],
  ["a job without a reason", 200, { status: "error" }, "provider_error"],
  // Requests.
  [
    "a format that the model does not know",
    400,
    openai(
      "unsupported_value",
      "response_format 'srt' is not compatible with model 'gpt-4o-transcribe'",
    ),
    "unsupported_feature",
  ],
  [
    "a missing field",
    422,
    { detail: [{ loc: ["body", "file"], msg: "Field required", type: "missing" }] },
    "invalid_request",
  ],
  ["nothing known", 400, "nope", "request_refused"],
  // Servers.
  ["a slow client", 408, "", "timeout"],
  ["a slow gateway", 504, "<html><body><h1>504 Gateway Time-out</h1></body></html>", "timeout"],
  ["a slow origin behind Cloudflare", 524, "error code: 524", "timeout"],
  ["Groq without capacity", 498, "", "overloaded"],
  [
    "an overloaded server",
    503,
    openai(null, "The server is overloaded", "service_unavailable_error"),
    "overloaded",
  ],
  ["Anthropic's overload", 529, "", "overloaded"],
  [
    "an overloaded server that says 500",
    500,
    { error: { code: "server_is_overloaded" } },
    "overloaded",
  ],
  ["a crash", 500, openai(null, "The server had an error", "server_error"), "provider_error"],
  ["a bad gateway", 502, "<!DOCTYPE html><title>Bad gateway</title>", "provider_error"],
  ["a redirect to a login page", 302, "<html>API key is missing</html>", "bad_response"],
  ["a method that is not allowed", 405, "", "bad_response"],
  ["a service that is gone", 410, "", "service_discontinued"],
  [
    "a service that says it is gone",
    404,
    { error: "This endpoint has been discontinued." },
    "service_discontinued",
  ],
];

describe("the code", () => {
  test.each(CASES)("%s (%i)", (...[, status, body, code]) => {
    expect(classify({ status, body }).code).toBe(code);
  });

  test("a prompt that is too long is not audio that is too long", () => {
    const body = openai("invalid_value", "The prompt is too long.");
    expect(classify({ status: 400, body }).code).toBe("invalid_request");
  });

  test("the words of a web page are not the vendor's", () => {
    const body = "<html><body>invalid api key, file too large, quota exceeded</body></html>";
    expect(classify({ status: 502, body }).code).toBe("provider_error");
  });
});

describe("the message", () => {
  test("carries the vendor's sentence and says who said it", () => {
    const error = classify({ status: 400, body: openai(null, "Something is off") });
    expect(error.message).toBe("acme answered 400: Something is off.");
    expect(error).toMatchObject({ provider: "acme", upstreamStatus: 400 });
  });

  test("says what to do about an account", () => {
    const error = classify({ status: 401, body: openai("invalid_api_key", "Wrong key.") });
    expect(error.message).toBe(
      "acme answered 401: Wrong key. Check the API key of this deployment.",
    );
  });

  test.each([
    ["an empty body", "", "acme answered 500 with an empty body."],
    ["white space", "\r\n", "acme answered 500 with an empty body."],
    [
      "a proxy's page",
      "<html><head><title>502 Bad Gateway</title></head></html>",
      "acme answered 500 with a web page (“502 Bad Gateway”) instead of JSON.",
    ],
    [
      "a page without title",
      "<html><body>Oops</body></html>",
      "acme answered 500 with a web page instead of JSON.",
    ],
    ["an empty object", "{}", "acme answered 500 without saying why."],
    ["null", "null", "acme answered 500 without saying why."],
    ["plain text", "upstream connect error", "acme answered 500: upstream connect error."],
    [
      "cut-off JSON",
      '{"error":{"message":"The server had an err',
      "acme answered 500: The server had an err.",
    ],
    ["a string", '"Internal error"', "acme answered 500: Internal error."],
  ])("is readable for %s", (_what, body, message) => {
    expect(classify({ status: 500, body }).message).toBe(message);
  });

  test.each([
    [
      "a FastAPI list",
      { detail: [{ loc: ["body", "temperature"], msg: "Input should be a number" }] },
      "temperature: Input should be a number.",
    ],
    ["a FastAPI sentence", { detail: "Not Found" }, "Not Found."],
    [
      "RFC 9457",
      {
        type: "https://acme.example/problems/1",
        title: "Bad",
        status: 400,
        detail: "The sample rate is odd.",
      },
      "The sample rate is odd.",
    ],
    [
      "a code in `error`",
      { code: 403, error: "Forbidden", detail: "Not allowed to do that." },
      "Not allowed to do that.",
    ],
    [
      "a flat body",
      { object: "error", message: "Bad model", type: "invalid", param: null },
      "Bad model.",
    ],
    [
      "a message that has details",
      { error: { message: "Bad value.", details: [{ "@type": "x" }, { message: "more" }] } },
      "Bad value.",
    ],
    ["details alone", { details: [{ message: "more" }] }, "more."],
    ["a list of strings", { error: ["one", "two"] }, "one; two."],
    [
      "a list of errors",
      { success: false, errors: [{ code: 5007, message: "No such thing" }] },
      "No such thing.",
    ],
  ])("finds the sentence in %s", (_what, body, sentence) => {
    expect(classify({ status: 422, body }).message).toBe(`acme answered 422: ${sentence}`);
  });

  test("survives errors inside errors inside errors", () => {
    const depth = 50_000;
    const body = `${'{"error":'.repeat(depth)}"deep"${"}".repeat(depth)}`;
    expect(classify({ status: 500, body }).message).toBe("acme answered 500 without saying why.");
  });

  test("is one line of bounded length without control characters", () => {
    const body = openai(null, `a\u0000b\u001b[31m\r\nc\u202e${"x".repeat(100_000)}`);
    const { message } = classify({ status: 500, body });
    expect(message).toMatch(/^acme answered 500: a b \[31m c x+…$/u);
    expect(message.length).toBe("acme answered 500: ".length + 300);
  });
});

describe("secrets", () => {
  const secret = "acme-Geheimnis/1+1";

  test.each([
    ["a given secret", `The key ${secret} is wrong`],
    ["a given secret in a URL", `GET /?key=${encodeURIComponent(secret)} failed`],
    ["a prefixed key", "Incorrect API key provided: sk-proj-abcdef1234567890"],
    ["a masked key", "Incorrect API key provided: sk-ab**********cdef."],
    ["a bearer token", "Authorization: Bearer abcdef0123456789 was refused"],
    ["long hex", `Key ${"0123456789abcdef".repeat(2)} is wrong`],
    ["a long random token", `Key ${"aB3".repeat(28)} is wrong`],
    ["a web token", "Token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc is wrong"],
    ["a parameter", "failed: https://acme.example/?api_key=abc123def&x=1"],
  ])("%s does not reach the message", (_what, sentence) => {
    const { message } = classify({ status: 401, body: openai(null, sentence), secrets: [secret] });
    expect(message).toContain("[redacted]");
    expect(message).not.toMatch(/Geheimnis|abcdef|0123456789|aB3aB3|eyJ|abc123/u);
  });

  test("a key that the length limit would cut in two is still recognised", () => {
    const body = openai(null, `${"word ".repeat(57)}${"0123456789abcdef".repeat(4)}`);
    expect(classify({ status: 500, body }).message).not.toContain("0123");
  });

  test("ordinary words stay", () => {
    const sentence =
      "Bearer authentication required; token expired; unknown parameter key_phrases; see req_1.";
    expect(classify({ status: 400, body: openai(null, sentence) }).message).toContain(sentence);
  });

  test("nothing of them is in the error's JSON either", () => {
    const body = { error: { message: "Bad", param: secret, request_id: "r" } };
    const error = classify({ status: 401, body, secrets: [secret] });
    expect(JSON.stringify(Object.entries(error))).not.toContain("Geheimnis");
  });
});

describe("details", () => {
  test("param is the vendor's", () => {
    const body = { error: { message: "No", param: "response_format", code: null } };
    expect(classify({ status: 400, body }).param).toBe("response_format");
    const fastApi = { detail: [{ loc: ["body", "known_speaker_names", 0], msg: "bad" }] };
    expect(classify({ status: 422, body: fastApi }).param).toBe("known_speaker_names");
    expect(
      classify({ status: 422, body: { detail: [{ loc: ["body"], msg: "bad" }] } }).param,
    ).toBeUndefined();
  });

  test("param is the file when the audio is at fault", () => {
    expect(classify({ status: 413 }).param).toBe("file");
    expect(
      classify({ status: 400, body: { error_code: "audio_too_short", message: "No" } }).param,
    ).toBe("file");
    expect(classify({ status: 400, body: { error: "nope" } }).param).toBeUndefined();
  });

  test("the request id comes from a header, then from the body", () => {
    expect(classify({ status: 500, headers: { "x-request-id": "a" } }).requestId).toBe("a");
    expect(classify({ status: 500, headers: { "apim-request-id": "b" } }).requestId).toBe("b");
    expect(classify({ status: 500, body: { request_id: "c" } }).requestId).toBe("c");
    expect(classify({ status: 500 }).requestId).toBeUndefined();
  });

  test("the pause comes from the headers", () => {
    expect(classify({ status: 429, headers: { "retry-after": "7" } }).retryAfterMs).toBe(7000);
    expect(classify({ status: 429 }).retryAfterMs).toBeUndefined();
  });
});

/** Bodies that name neither the audio nor a field. */
const ABOUT_ITSELF: readonly (readonly [what: string, body: unknown])[] = [
  ["nothing", ""],
  ["white space", " \r\n"],
  ["nginx", "<html><head><title>400 Request Header Or Cookie Too Large</title></head></html>"],
  ["Cloudflare", "<!DOCTYPE html><title>Attention Required! | Cloudflare</title>"],
  ["half a page", "<html><head><ti"],
  ["a phrase", "Bad Request"],
  ["a phrase in OpenAI's shape", openai(null, "Bad Request")],
  ["a phrase in another shape", { message: "Bad Request" }],
  ["a detail", { detail: "Not Found" }],
  ["a detail about the form", { detail: "There was an error parsing the body" }],
  ["an empty object", {}],
  ["null", "null"],
  ["cut JSON", '{"error":{"mess'],
  ["an empty error", { error: {} }],
  ["a server without words", openai(null, "Something went wrong.")],
  ["uvicorn", "Invalid HTTP request received."],
  ["a host", "Invalid host header"],
  ["headers", openai(null, "Request header field too large")],
  ["a proxy", "upstream connect error or disconnect/reset before headers"],
  [
    "a header that FastAPI misses",
    { detail: [{ loc: ["header", "x-org"], msg: "Field required" }] },
  ],
  ["an account", openai(null, "Your account is not active, please check your billing details.")],
  ["memory", openai(null, "CUDA out of memory while processing audio")],
  ["maintenance", openai(null, "The audio service is temporarily unavailable.")],
  ["garbage", "\u001f\ufffd\u0008\u0000"],
  ["a trace", "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'"],
];

/** Bodies that do. */
const ABOUT_THE_REQUEST: readonly (readonly [what: string, body: unknown])[] = [
  ["a param", { error: { message: "No", param: "response_format", code: null } }],
  ["FastAPI's place", { detail: [{ loc: ["body", "temperature"], msg: "too high" }] }],
  ["FastAPI's missing file", { detail: [{ loc: ["body", "file"], msg: "Field required" }] }],
  ["the audio", openai(null, "The audio could not be understood.")],
  ["the file", { detail: "Please upload another file." }],
  ["the recording", { error: "Your recording has no speech." }],
  ["the language", openai(null, "Unknown language code: xx")],
  ["the prompt", openai("invalid_value", "The prompt is too long.")],
  ["the temperature", "temperature must be between 0 and 1"],
  ["the format", { message: "response_format must be one of json, text" }],
  ["a value", openai("invalid_value", "No.")],
  ["a parameter by its code", { error: { code: "missing_required_parameter", message: "No." } }],
];

describe("whose fault a refusal is", () => {
  test.each(ABOUT_ITSELF)("the server's own: %s", (_what, body) => {
    for (const status of [400, 405, 406, 409, 411, 412, 414, 417, 421, 422, 425, 426, 428, 431])
      expect([status, classify({ status, body }).code]).toEqual([
        status,
        expect.stringMatching(/^(?:bad_response|request_refused|quota_exhausted)$/u),
      ]);
  });

  test.each(ABOUT_THE_REQUEST)("the request's: %s", (_what, body) => {
    for (const status of [400, 422])
      expect([status, classify({ status, body }).code]).toEqual([status, "invalid_request"]);
    expect(classify({ status: 431, body }).code).toBe("bad_response");
  });

  test("plain text is quoted only where it is a sentence", () => {
    expect(classify({ status: 400, body: "Invalid host header" }).message).toBe(
      "acme answered 400: Invalid host header.",
    );
    for (const body of ["\u0000\u0001", "a\nb\nc\nd\ne", "GET /x HTTP/1.1\nauthorization: x"])
      expect(classify({ status: 400, body }).message).toBe("acme answered 400 without saying why.");
  });

  test("a page inside of JSON is not quoted", () => {
    const body = openai(null, "<html><head><title>502</title></head></html>");
    expect(classify({ status: 502, body }).message).toBe("acme answered 502 without saying why.");
  });
});

test.each([
  ["<html><title>Bad gateway</title>", "a web page (“Bad gateway”)"],
  ['<title></title><h1 class="big">Not&nbsp;found</h1>', "a web page (“Not found”)"],
  [`<title>${"x".repeat(301)}</title><h1>Short</h1>`, "a web page (“Short”)"],
  ["<title>without an end", "a web page"],
  ["<html><body>no title", "a web page"],
])("a web page is called by its title: %s", (page, words) => {
  expect(describeHtml(page)).toBe(words);
});

// Where what follows is looked through from every place, each of these takes minutes.
test.each([
  ["titles without an end", "<title".repeat(100_000)],
  ["names of keys", "token=".repeat(200_000)],
  ["beginnings of keys", "key-".repeat(200_000)],
  ["beginnings of web tokens", "eyJ-".repeat(100_000)],
  ["spaces", `token${" ".repeat(1_000_000)}`],
])("a text of countless %s is looked through in one walk", (_, text) => {
  expect(describeHtml(text)).toContain("a web page");
  expect(redact(text)).not.toBe("");
  expect(toSentence(text).length).toBeLessThanOrEqual(300);
});

const parse = (headers: Readonly<Record<string, string>>): number | undefined =>
  parseRetryAfter((name) => headers[name], NOW);

describe("parseRetryAfter", () => {
  test.each([
    ["0", 0],
    ["1", 1000],
    ["1.5", 1500],
    [" 20 ", 20_000],
    ["86400", 3_600_000],
    ["Sun, 01 Nov 2026 12:00:30 GMT", 30_000],
    ["Sun, 01 Nov 2026 11:00:00 GMT", 0],
    ["Mon, 02 Nov 2026 12:00:00 GMT", 3_600_000],
  ])("%s", (value, expected) => {
    expect(parse({ "retry-after": value })).toBe(expected);
  });

  test.each(["", "-5", "soon", "NaN", "1e9", "12 apples"])("%j says nothing", (value) => {
    expect(parse({ "retry-after": value })).toBeUndefined();
  });

  test("milliseconds are preferred, unless they are nonsense", () => {
    expect(parse({ "retry-after-ms": "250", "retry-after": "9" })).toBe(250);
    expect(parse({ "retry-after-ms": "x", "retry-after": "9" })).toBe(9000);
    expect(parse({})).toBeUndefined();
  });
});
