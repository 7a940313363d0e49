import { TranscriptionError } from "@earshot/core";
import type { ResponseFormat } from "@earshot/core";
import { rule, rulesOf } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ensure, ensureNoSecret, show, showError } from "../conformance-error.ts";
import type { FakeAnswer } from "../fake-answer.ts";
import { createProbe, errorOf } from "../probe.ts";
import type { Probe, ProbeOptions } from "../probe.ts";
import { abilityOf, secretsOf } from "../suite.ts";
import type { ProviderSuite } from "../suite.ts";

const typed = (type: string, body: unknown): FakeAnswer => ({
  headers: { "content-type": type },
  body,
});
const json = (body: string): FakeAnswer => typed("application/json", body);
const eventStream = (body: string): FakeAnswer => typed("text/event-stream", body);
const text = (body: unknown): FakeAnswer => typed("text/plain; charset=utf-8", body);

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

/** The first bytes of a gzip file, and some that follow them. */
const GZIP = bytes("1f8b0800000000000003cb48cdc9c95728cf2fca4901");
const UTF_16 = bytes("fffe480065006c006c006f00");

const PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Hello.</body></html>";
const TRACE =
  'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in run\nValueError: no model';

/** Nonsense only where no stream was asked for. */
const NO_EVENTS = ["events", eventStream('data: {"type":"ping"}\n\n')] as const;

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
  ["Latin-1", text(bytes("4772fcdf65"))],
  ["control characters", text("Hello\u0000\u0001\u0002")],
  ["an image", typed("image/png", bytes("89504e470d0a1a0a"))],
  ["bytes", typed("application/octet-stream", bytes("00010203"))],
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
  NO_EVENTS,
];

/** A way to ask that has a reader of its own. */
interface Manner {
  readonly name: string;
  readonly options: ProbeOptions;
  readonly stream: boolean;
}

const formatsOf = (suite: ProviderSuite, model: string): readonly ResponseFormat[] => [
  ...new Set<ResponseFormat>(["json", ...abilityOf(suite, model).nativeFormats]),
];

/** Every native format of every model, and streams where there are any. */
const mannersOf = (suite: ProviderSuite): readonly Manner[] =>
  suite.models.flatMap((model) => {
    const buffered = formatsOf(suite, model).map((responseFormat): Manner => {
      const diarize = responseFormat === "diarized_json";
      const options = { model, request: { responseFormat, diarize } };
      return { name: `${responseFormat}, ${model}`, options, stream: false };
    });
    if (!abilityOf(suite, model).streaming) return buffered;
    const options = { model, request: { stream: true } };
    return [...buffered, { name: `streamed, ${model}`, options, stream: true }];
  });

const refusalOf = async (probe: Probe, stream: boolean, what: string): Promise<unknown> => {
  if (stream) {
    const { events, error } = await probe.stream();
    ensure(error !== undefined, `${what} ended in a stream: ${show(events.at(-1))}`);
    ensure(events.length === 0, `${what} was told in part: ${show(events[0])}`);
    return error;
  }
  return errorOf(probe, what);
};

const ensureRefused = async (
  suite: ProviderSuite,
  { options, stream }: Manner,
  [what, answer]: readonly [string, FakeAnswer],
): Promise<TranscriptionError> => {
  const probe = createProbe(suite, { ...options, vendor: () => answer });
  const error = await refusalOf(probe, stream, `A success with ${what}`);
  ensure(TranscriptionError.is(error), `A success with ${what} ended in ${showError(error)}`);
  ensure(error.provider === probe.provider.id, `A success with ${what} names no provider.`);
  ensure(probe.transport.openBodies() === 0, `A success with ${what} leaves an answer unread.`);
  return error;
};

const checkOne = async (
  suite: ProviderSuite,
  manner: Manner,
  [what, answer]: readonly [string, FakeAnswer],
): Promise<void> => {
  const { code, message } = await ensureRefused(suite, manner, [what, answer]);
  ensure(code === "bad_response", `A success with ${what} has the code ${code}: ${message}`);
  const body = typeof answer.body === "string" ? answer.body.trim() : "";
  const isShown = body.length > 5 && message.includes(body);
  ensure(!isShown, `The message for ${what} shows what was not understood: ${message}`);
};

const checkNonsense = async (suite: ProviderSuite, manner: Manner): Promise<void> => {
  for (const entry of NONSENSE)
    if (!manner.stream || entry !== NO_EVENTS) await checkOne(suite, manner, entry);
};

const USUAL: Manner = { name: "usual", options: {}, stream: false };

/** Streams that are none, or that hold no transcript. */
const BROKEN_STREAMS: readonly (readonly [what: string, body: string])[] = [
  ["a web page", "<!DOCTYPE html><html><body>Hello.</body></html>"],
  ["JSON", '{"text":"Hello."}'],
  ["plain text", "Hello."],
  ["cut-off JSON", 'data: {"type":"transcript.te\n\n'],
  ["a web page in an event", "data: <html></html>\n\n"],
  ["null in an event", "data: null\n\n"],
  ["a list in an event", "data: []\n\n"],
  ["a number in an event", "data: 42\n\n"],
  ["an end without a text", "data: [DONE]\n\n"],
  ["comments alone", ": ping\n\n: ping\n\n"],
  ["nothing", ""],
];

const checkBrokenStreams = async (suite: ProviderSuite, manner: Manner): Promise<void> => {
  for (const [what, body] of BROKEN_STREAMS) {
    const { code } = await ensureRefused(suite, manner, [`a stream of ${what}`, eventStream(body)]);
    const isOurs = code === "bad_response" || code === "network";
    ensure(isOurs, `A stream of ${what} has the code ${code}.`);
  }
};

/** Unlike any key that a suite has, and under a name that does not tell. */
const CONFIGURED = "conformance-0123-of-a-tenant";

const checkEcho = async (suite: ProviderSuite, manner: Manner): Promise<void> => {
  const secrets = [CONFIGURED, ...secretsOf(suite)];
  const settings = { headers: { ...suite.settings.headers, "x-tenant": CONFIGURED } };
  for (const secret of secrets) {
    const echoes: readonly FakeAnswer[] = [
      text(`You sent ${secret} to us.`),
      { body: { text: `You sent ${secret}.` } },
      { body: { error: `You sent ${secret}.` } },
      eventStream(`event: error\ndata: {"message":"You sent ${secret}."}\n\n`),
      { status: 400, headers: { "x-request-id": secret }, body: `You sent ${secret}` },
      { status: 400, body: { error: { message: `You sent ${btoa(secret)}`, param: secret } } },
      { status: 500, body: `You sent ${encodeURIComponent(secret)}, ${secret.toUpperCase()}` },
      { ...typed("text/html", `<title>${secret}</title>`), status: 502 },
    ];
    for (const answer of echoes) {
      const options = { ...manner.options, settings };
      const error = await ensureRefused(suite, { ...manner, options }, ["an echo", answer]);
      const forms = [secret, btoa(secret), secret.toUpperCase()];
      ensureNoSecret(error, forms, `the error for an echo with ${answer.status ?? 200}`);
    }
  }
};

/** What is not what was asked for is a failure, in every format, and is shown to nobody. */
export function nonsenseRules(suite: ProviderSuite): CaseList {
  const usual = NONSENSE.map((entry) =>
    rule("response", `${entry[0]} in a success is a bad response`, () =>
      checkOne(suite, USUAL, entry),
    ),
  );
  const everywhere = mannersOf(suite).flatMap((manner) => {
    const { name, stream } = manner;
    return rulesOf("nonsense", manner, {
      [`is a bad response (${name})`]: () => checkNonsense(suite, manner),
      [`shows no secret that comes back (${name})`]: () => checkEcho(suite, manner),
      ...(stream && {
        [`in a stream is a failure (${name})`]: () => checkBrokenStreams(suite, manner),
      }),
    });
  });
  return [...usual, ...everywhere];
}
