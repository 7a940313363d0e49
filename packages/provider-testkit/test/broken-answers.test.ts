import { TranscriptionError } from "@earshot/core";
import { asking, describeBroken } from "./broken-providers.ts";
import type { Broken } from "./broken-providers.ts";

const plainError = (): Error => new Error("fetch failed");

const ANSWERS: readonly Broken[] = [
  [
    "loses the words",
    { transcript: ({ words: _words, ...others }) => others },
    "features: words comes back",
    /no words/u,
  ],
  [
    "calls measured times estimated",
    { transcript: (transcript) => ({ ...transcript, wordTimesEstimated: true }) },
    "features: words comes back",
    /does not agree/u,
  ],
  [
    "loses the language that was detected",
    { transcript: ({ language: _language, ...others }) => others },
    "features: languageDetection comes back",
    /language that was detected/u,
  ],
  [
    "gives milliseconds",
    {
      transcript: (transcript) => ({
        ...transcript,
        words: (transcript.words ?? []).map((word) => ({
          ...word,
          startSeconds: word.startSeconds * 1000,
          endSeconds: word.endSeconds * 1000,
        })),
      }),
    },
    "response: words: gives",
    /milliseconds/u,
  ],
  [
    "gives a duration in milliseconds",
    { transcript: (transcript) => ({ ...transcript, durationSeconds: 2000 }) },
    "response: words: gives",
    /another unit/u,
  ],
  [
    "gives words out of order",
    {
      transcript: (transcript) => ({ ...transcript, words: (transcript.words ?? []).toReversed() }),
    },
    "response: words: gives",
    /out of order/u,
  ],
  [
    "gives a language by name",
    { transcript: (transcript) => ({ ...transcript, language: "german" }) },
    "response: text: gives",
    /no ISO 639 code/u,
  ],
  [
    "gives another text",
    { transcript: (transcript) => ({ ...transcript, text: `${transcript.text} ` }) },
    "response: text: gives",
    /where the scenario expects/u,
  ],
  [
    "hears something in silence",
    {
      transcript: (transcript) => ({
        ...transcript,
        text: transcript.text || "Thank you for watching!",
      }),
    },
    "response: silence: gives",
    /not empty/u,
  ],
  [
    "fails on silence",
    {
      transcript: (transcript) => {
        if (transcript.text === "") throw new TranscriptionError("empty_transcript", "Nothing.");
        return transcript;
      },
    },
    "response: silence: gives",
    /failed with/u,
  ],
  [
    "throws the vendor's answer away",
    { transcript: ({ raw: _raw, ...others }) => others },
    "response: keeps",
    /no `raw`/u,
  ],
  [
    "throws the request id away",
    { transcript: ({ requestId: _requestId, ...others }) => others },
    "response: keeps the vendor's request id",
    /no `requestId`/u,
  ],
  [
    "makes its own raw",
    { transcript: (transcript) => ({ ...transcript, raw: { text: "x" } }) },
    "response: keeps",
    /none of the vendor's answers/u,
  ],
  [
    "gives up on a missing id",
    {
      transcript: (transcript) => {
        const { raw } = transcript;
        if (typeof raw === "object" && raw !== null && !("id" in raw)) throw new TypeError("no id");
        return transcript;
      },
    },
    "response: text: survives",
    /id is missing, the provider crashes/u,
  ],
  [
    "is strict about a field that may be null",
    {
      transcript: (transcript) => {
        const { raw } = transcript;
        if (typeof raw === "object" && raw !== null && "language" in raw && raw.language === null) {
          throw new TranscriptionError("bad_response", "No language.");
        }
        return transcript;
      },
    },
    "response: text: survives",
    /language is null, the provider gives up/u,
  ],
  [
    "is puzzled by unknown fields",
    {
      transcript: (transcript) => {
        const { raw } = transcript;
        const known = typeof raw !== "object" || raw === null || !("x_conformance" in raw);
        return known ? transcript : { ...transcript, text: "?" };
      },
    },
    "response: text: does not mind",
    /Unknown fields/u,
  ],
  [
    "takes anything for an answer",
    { error: plainError },
    "response: an empty body",
    /ended in Error: fetch failed/u,
  ],
  [
    "rewrites what is native",
    {
      transcript: (transcript) =>
        transcript.verbatim === undefined
          ? transcript
          : { ...transcript, verbatim: { format: "srt", body: "1\n" } },
    },
    "formats: srt",
    /not what was sent/u,
  ],
  [
    "drops what is native",
    { transcript: ({ verbatim: _verbatim, ...others }) => others },
    "formats: srt",
    /segments or words|`verbatim` is missing/u,
  ],
  [
    "gives subtitles without times",
    { transcript: ({ segments: _segments, words: _words, ...others }) => others },
    "formats: vtt",
    /needs segments or words/u,
  ],
];

const REFUSALS: readonly Broken[] = [
  [
    "cuts a long prompt",
    { request: (request) => ({ ...request, prompt: request.prompt?.slice(0, 100) }) },
    "refusals: refuses a prompt",
    /ended in a transcript/u,
  ],
  [
    "mends keywords",
    {
      request: (request) => ({
        ...request,
        keywords: request.keywords.map((keyword) => keyword.replaceAll("\n", " ")),
      }),
    },
    "refusals: refuses a keyword",
    /ended in a transcript/u,
  ],
  [
    "ignores a language",
    asking({ languages: [] }),
    "refusals: refuses a language",
    /ended in a transcript/u,
  ],
  [
    "ignores clips",
    asking({ knownSpeakers: [] }),
    "refusals: refuses a reference clip",
    /ended in/u,
  ],
  [
    "refuses without saying what",
    { error: () => new TranscriptionError("invalid_request", "No.") },
    "refusals: refuses a prompt",
    /`param` is undefined/u,
  ],
  [
    "ignores silently",
    { transcript: (transcript) => ({ ...transcript, warnings: [] }) },
    "refusals: temperature is not ignored",
    /without a warning/u,
  ],
  [
    "transcribes when it cannot translate",
    asking({ task: "transcribe" }),
    "refusals: translation is not ignored",
    /ignores it silently/u,
  ],
];

const ERRORS: readonly Broken[] = [
  [
    "throws plain errors",
    { error: plainError },
    "errors: tells 500",
    /told as Error: fetch failed/u,
  ],
  [
    "blames nobody",
    {
      error: (error) =>
        TranscriptionError.is(error) ? new TranscriptionError(error.code, error.message) : error,
    },
    "errors: tells 500",
    /blamed on undefined/u,
  ],
  [
    "tells the key",
    {
      error: (error, { apiKey }) =>
        TranscriptionError.is(error)
          ? new TranscriptionError(error.code, `${error.message} (${apiKey})`, {
              provider: "acme",
              upstreamStatus: error.upstreamStatus ?? 0,
            })
          : error,
    },
    "errors: tells 401",
    /key is in the error/u,
  ],
  [
    "hides the key in its cause",
    {
      error: (error, { apiKey }) =>
        TranscriptionError.is(error)
          ? new TranscriptionError(error.code, error.message, {
              provider: "acme",
              cause: new Error(`401 for ${apiKey}`),
            })
          : error,
    },
    "errors: tells 401",
    /key is in the error/u,
  ],
  [
    "logs the key",
    {
      context: (context) => ({
        ...context,
        send: (call) => {
          context.logger.debug({ headers: call.headers }, "Calling.");
          return context.send(call);
        },
      }),
    },
    "errors: tells 401",
    /key is in the log/u,
  ],
  [
    "takes every refusal for a crash",
    {
      error: (error) =>
        TranscriptionError.is(error)
          ? new TranscriptionError("provider_error", error.message, {
              provider: "acme",
              upstreamStatus: error.upstreamStatus ?? 0,
            })
          : error,
    },
    "errors: tells 429",
    /not rate_limited/u,
  ],
  [
    "loses the pause",
    {
      error: (error) =>
        TranscriptionError.is(error)
          ? new TranscriptionError(error.code, error.message, { provider: "acme" })
          : error,
    },
    "errors: reads Retry-After",
    /becomes undefined ms/u,
  ],
  [
    "loses the vendor's words",
    {
      error: (error) =>
        TranscriptionError.is(error)
          ? new TranscriptionError(error.code, "Something went wrong.", {
              provider: "acme",
              upstreamStatus: error.upstreamStatus ?? 0,
            })
          : error,
    },
    "errors: tells 500",
    /loses the vendor's words/u,
  ],
  [
    "follows redirects",
    {
      context: (context) => ({
        ...context,
        send: async (call) => {
          const response = await context.send(call);
          const location = response.header("location");
          return location === undefined ? response : context.send({ ...call, url: location });
        },
      }),
    },
    "errors: follows no redirect",
    /was followed/u,
  ],
  [
    "confuses an empty account with haste",
    {
      error: (error) =>
        TranscriptionError.is(error) && error.code === "quota_exhausted"
          ? new TranscriptionError("rate_limited", error.message, { provider: "acme" })
          : error,
    },
    "errors: tells an empty account",
    /not quota_exhausted/u,
  ],
];

describeBroken([...ANSWERS, ...REFUSALS, ...ERRORS]);
