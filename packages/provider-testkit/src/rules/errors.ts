import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type { ErrorCode } from "@earshot/core";
import { BROKEN_AUDIO, OWN_FAILURES } from "@earshot/provider-kit/testing";
import { rule, rulesOf, scenarioCases } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ensure, ensureNoSecret, show, showError } from "../conformance-error.ts";
import { toVendor } from "../fake-answer.ts";
import type { FakeAnswer, FakeVendor } from "../fake-answer.ts";
import { createProbe, ensureNothingLeft, errorOf, transcriptOf } from "../probe.ts";
import type { Probe, ProbeOptions } from "../probe.ts";
import { scenarioOf, secretsOf, usualAnswer } from "../suite.ts";
import type { ErrorCase, ErrorsScenario, ProviderSuite } from "../suite.ts";

/** What a status means when the body says nothing in particular. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  400: "request_refused",
  401: "provider_authentication",
  402: "quota_exhausted",
  403: "provider_permission",
  404: "provider_model_not_found",
  408: "timeout",
  413: "audio_too_large",
  415: "unsupported_media",
  422: "request_refused",
  429: "rate_limited",
  431: "bad_response",
  500: "provider_error",
  502: "provider_error",
  503: "overloaded",
  504: "timeout",
  529: "overloaded",
};

/** Without a sentence of its own a refusal says that the server is broken. */
const mayBe = (code: ErrorCode, usual: ErrorCode | undefined): boolean =>
  code === usual || (usual === "request_refused" && code === "bad_response");

/** Names that every object has, as fields and codes: bodies of refusals. */
const NAMES_OF_OBJECTS: readonly unknown[] = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
].flatMap((name) => [
  { detail: [{ loc: ["body", name], msg: "bad" }] },
  { detail: { code: name, status: name, message: "The conformance kit declines" } },
  { error: { message: "The conformance kit declines", param: name, code: name, type: name } },
  { message: "The conformance kit declines", type: name, code: name, param: name },
  { err_code: name, err_msg: "The conformance kit declines" },
]);

const SENTENCE = "The conformance kit declines this one";

/** What names the audio or a field of the request: no other attempt can help. */
const BLAMES = [
  "The audio could not be understood by the conformance kit",
  "The temperature must be between 0 and 1",
] as const;

/** The error of a probe, after checking what holds for all of them. */
const refusalOf = async (
  suite: ProviderSuite,
  probe: Probe,
  what: string,
): Promise<TranscriptionError> => {
  const error = await errorOf(probe, what);
  ensure(TranscriptionError.is(error), `${what} is told as ${showError(error)}`);
  const { provider, message } = error;
  ensure(provider === probe.provider.id, `${what} is blamed on ${show(provider)}.`);
  ensure(message.length > 10 && message.length <= 700, `${what} has a bad message: ${message}`);
  const garbled = /undefined|\[object|NaN|\bnull\b|<html|\n/iu.test(message);
  ensure(!garbled, `${what} has a garbled message: ${message}`);
  const secrets = secretsOf(suite);
  ensureNoSecret(error, secrets, `the error for ${what}`);
  ensureNoSecret(probe.test.logs, secrets, `the log for ${what}`);
  ensureNothingLeft(probe, `after ${what}`);
  return error;
};

const bodiesOf = (
  suite: ProviderSuite,
  { body }: ErrorsScenario,
  status: number,
): readonly (readonly [what: string, answer: FakeAnswer])[] => {
  const json = JSON.stringify(body(SENTENCE, status));
  const page = `<!DOCTYPE html><html><head><title>${status} Sorry</title></head><body>Hi</body></html>`;
  const key = suite.settings.apiKey ?? "";
  const isJson = { "content-type": "application/json" };
  return [
    ["the vendor's body", { headers: isJson, body: json }],
    ["a web page", { headers: { "content-type": "text/html" }, body: page }],
    ["an empty body", { body: "" }],
    ["cut-off JSON", { headers: isJson, body: json.slice(0, Math.ceil(json.length / 2)) }],
    ["a body that breaks off", { headers: isJson, body: json, ending: "broken" }],
    ["the key in its body", { headers: isJson, body: body(`Bad key ${key}, really`, status) }],
    ["plain text", { headers: { "content-type": "text/plain" }, body: "upstream connect error" }],
  ];
};

const checkStatus = async (suite: ProviderSuite, status: number): Promise<void> => {
  const scenario = scenarioOf(suite, "errors");
  if (scenario === undefined) return;
  const code = scenario.codes?.[status] ?? CODES[status];
  for (const [manner, answer] of bodiesOf(suite, scenario, status)) {
    const what = `${status} with ${manner}`;
    const probe = createProbe(suite, { vendor: () => ({ ...answer, status }) });
    const error = await refusalOf(suite, probe, what);
    ensure(error.upstreamStatus === status, `${what} has upstreamStatus ${error.upstreamStatus}.`);
    ensure(mayBe(error.code, code), `${what} has the code ${error.code}, not ${code}.`);
    if (manner !== "the vendor's body") continue;
    ensure(error.code === code, `${what} has the code ${error.code}, not ${code}.`);
    ensure(error.message.includes(SENTENCE), `${what} loses the vendor's words: ${error.message}`);
  }
};

/** The vendor's own body that says the sentence. */
const bodyWith = (suite: ProviderSuite, sentence: string, status: number): unknown =>
  scenarioOf(suite, "errors")?.body(sentence, status);

const refusalWith = async (
  suite: ProviderSuite,
  status: number,
  body: unknown,
): Promise<TranscriptionError> => {
  const what = `${status} with ${show(body)}`;
  return refusalOf(suite, createProbe(suite, { vendor: () => ({ status, body }) }), what);
};

const checkBlame = async (suite: ProviderSuite): Promise<void> => {
  for (const sentence of BLAMES) {
    const error = await refusalWith(suite, 400, bodyWith(suite, sentence, 400));
    const { code } = error;
    const isTriedAgain = ERROR_POLICY[code].retry !== "never";
    ensure(!isTriedAgain, `“${sentence}” is told as ${code}, and tried again.`);
    ensure(error.message.includes(sentence), `“${sentence}” is lost: ${error.message}`);
  }
};

const checkOwnFailures = async (suite: ProviderSuite): Promise<void> => {
  for (const sentence of OWN_FAILURES)
    for (const status of [400, 422, 500]) {
      const body = bodyWith(suite, sentence, status);
      const { code, param } = await refusalWith(suite, status, body);
      const isClients = ERROR_POLICY[code].retry === "never" || param === "file";
      ensure(!isClients, `“${sentence}” with ${status} is told as ${code} of ${show(param)}.`);
    }
};

const checkBrokenAudio = async (suite: ProviderSuite): Promise<void> => {
  for (const sentence of BROKEN_AUDIO) {
    const { code } = await refusalWith(suite, 400, bodyWith(suite, sentence, 400));
    ensure(code === "audio_unreadable", `“${sentence}” is told as ${code}.`);
  }
};

const checkNamesOfObjects = async (suite: ProviderSuite): Promise<void> => {
  for (const body of NAMES_OF_OBJECTS)
    for (const status of [400, 422]) {
      const { code } = await refusalWith(suite, status, body);
      ensure(code !== "internal", `${status} with ${show(body)} is told as ${code}.`);
    }
};

const checkRetryAfter = async (suite: ProviderSuite): Promise<void> => {
  const body = bodyWith(suite, SENTENCE, 429);
  for (const status of [429, 503]) {
    const pauseOf = async (value: (nowMs: number) => string): Promise<number | undefined> => {
      const probe: Probe = createProbe(suite, {
        vendor: () => ({ status, headers: { "retry-after": value(probe.test.clock.now()) }, body }),
      });
      return (await refusalOf(suite, probe, `${status} with a pause`)).retryAfterMs;
    };
    const seconds = await pauseOf(() => "7");
    ensure(seconds === 7000, `Retry-After: 7 becomes ${seconds} ms.`);
    const date = await pauseOf((nowMs) => new Date(nowMs + 9000).toUTCString());
    ensure(date === 9000, `A Retry-After that is 9 seconds away becomes ${date} ms.`);
  }
};

/** The vendor of the scenario `text` until its call number `step`, from which on it refuses. */
const failingFrom = (suite: ProviderSuite, step: number, answer: FakeAnswer): FakeVendor => {
  const usual = toVendor(usualAnswer(suite));
  return (call, index) => (index >= step ? answer : usual(call, index));
};

const checkEveryStep = async (suite: ProviderSuite): Promise<void> => {
  const probe = createProbe(suite);
  await transcriptOf(probe);
  const codes = { ...CODES, ...scenarioOf(suite, "errors")?.codes };
  for (const step of probe.transport.calls.keys()) {
    for (const status of [401, 500]) {
      const answer = { status, body: bodyWith(suite, SENTENCE, status) };
      const probeAtStep = createProbe(suite, { vendor: failingFrom(suite, step, answer) });
      const what = `${status} at call ${step + 1}`;
      const { code } = await refusalOf(suite, probeAtStep, what);
      ensure(code === codes[status], `${what}: ${code}.`);
    }
  }
};

const BROKEN_CONNECTIONS: readonly (readonly [what: string, vendor: FakeVendor])[] = [
  ["a connection that breaks off", () => ({ body: '{"te', ending: "broken" })],
  [
    "a connection that is refused",
    () => {
      throw new TranscriptionError("network", "The connection was refused.");
    },
  ],
];

const checkBrokenConnection = async (suite: ProviderSuite): Promise<void> => {
  for (const [what, vendor] of BROKEN_CONNECTIONS) {
    const { code } = await refusalOf(suite, createProbe(suite, { vendor }), what);
    ensure(code === "network", `${what} has the code ${code}.`);
  }
};

const checkRedirect = async (suite: ProviderSuite): Promise<void> => {
  const location = "https://elsewhere.example/login";
  for (const status of [301, 302, 307, 308]) {
    const vendor: FakeVendor = () => ({ status, headers: { location }, body: "" });
    const probe = createProbe(suite, { vendor });
    const error = await refusalOf(suite, probe, `a redirect with ${status}`);
    ensure(error.code === "bad_response", `A redirect has the code ${error.code}.`);
    const followed = probe.transport.calls.some(({ url }) => url.startsWith(location));
    ensure(!followed, "A redirect was followed, with the key.");
  }
};

const checkVendorCase = async (suite: ProviderSuite, entry: ErrorCase): Promise<void> => {
  const { name, answer, code, param, retryAfterMs, model, request } = entry;
  const options: ProbeOptions = { model, answer, request };
  const error = await refusalOf(suite, createProbe(suite, options), name);
  ensure(error.code === code, `The code is ${error.code}, not ${code}: ${error.message}`);
  ensure(param === undefined || error.param === param, `\`param\` is ${show(error.param)}.`);
  const pauseFits = retryAfterMs === undefined || error.retryAfterMs === retryAfterMs;
  ensure(pauseFits, `\`retryAfterMs\` is ${error.retryAfterMs}, not ${retryAfterMs}.`);
};

/** How refusals are told: the right code, the vendor's words, never the key. */
export function errorRules(suite: ProviderSuite): CaseList {
  return scenarioCases(suite, "errors", () => [
    ...Object.keys(CODES).map((status) =>
      rule("errors", `tells ${status} whatever its body`, () => checkStatus(suite, Number(status))),
    ),
    ...rulesOf("errors", suite, {
      "lets nobody try again what the audio or a field is blamed for": checkBlame,
      "takes nothing that a server says of itself for the client's fault": checkOwnFailures,
      "lets nobody try again what a decoder cannot read": checkBrokenAudio,
      "survives fields and codes that are called as every object's": checkNamesOfObjects,
      "reads Retry-After in seconds and as a date": checkRetryAfter,
      "tells a refusal of every call": checkEveryStep,
      "tells a connection that breaks off or is refused": checkBrokenConnection,
      "follows no redirect": checkRedirect,
    }),
    ...(scenarioOf(suite, "errors")?.cases ?? []).map((entry) =>
      rule("errors", `tells ${entry.name}`, () => checkVendorCase(suite, entry)),
    ),
  ]);
}
