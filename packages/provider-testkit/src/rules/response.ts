import { isDeepStrictEqual } from "node:util";
import { TranscriptionError } from "@earshot/core";
import type { Transcript } from "@earshot/core";
import { ensureExpected, ensureTranscript } from "../check-transcript.ts";
import { rule, scenarioCases } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ConformanceError, ensure, show, showError } from "../conformance-error.ts";
import type { FakeAnswer } from "../fake-answer.ts";
import { changeAnswers } from "../fake-answer.ts";
import { FEATURES } from "../features.ts";
import { createProbe, transcriptOf } from "../probe.ts";
import type { ProbeOptions } from "../probe.ts";
import { abilityOf, scenarioOf } from "../suite.ts";
import type { ProviderSuite, ScenarioName, TimedScenario, TranscriptScenario } from "../suite.ts";

/** Scenarios whose answers are changed in every place, with the request that gets them. */
const ANSWERED = [
  "text",
  "silence",
  "segments",
  "words",
  "speakers",
  "logprobs",
] as const satisfies readonly ScenarioName[];

type AnsweredName = (typeof ANSWERED)[number];

const PATCHES: Readonly<Record<AnsweredName, ProbeOptions["request"]>> = {
  text: {},
  silence: {},
  segments: { responseFormat: "verbose_json", timestampGranularities: ["segment"] },
  words: { responseFormat: "verbose_json", timestampGranularities: ["word", "segment"] },
  speakers: { responseFormat: "diarized_json", diarize: true },
  logprobs: { include: ["logprobs"] },
};

interface Played {
  readonly scenario: TranscriptScenario | TimedScenario;
  readonly options: ProbeOptions;
}

const modelFor = (suite: ProviderSuite, name: AnsweredName): string => {
  const [usual] = suite.models;
  if (name === "text" || name === "silence") return usual;
  return suite.models.find((model) => FEATURES[name].declared(abilityOf(suite, model))) ?? usual;
};

const playedOf = (suite: ProviderSuite, name: AnsweredName): Played | undefined => {
  const scenario: TranscriptScenario | TimedScenario | undefined = scenarioOf(suite, name);
  if (scenario === undefined) return undefined;
  const model = scenario.models?.[0] ?? modelFor(suite, name);
  const request = { ...PATCHES[name], ...scenario.request };
  return { scenario, options: { model, answer: scenario.answer, request } };
};

const isJson = (answer: FakeAnswer): boolean =>
  typeof answer.body === "object" && answer.body !== null && !(answer.body instanceof Uint8Array);

/** The answers that a scenario gave, in order. */
const recordAnswers = async (
  suite: ProviderSuite,
  { scenario, options }: Played,
): Promise<readonly FakeAnswer[]> => {
  const answers: FakeAnswer[] = [];
  const vendor = changeAnswers(scenario.answer, (answer) => {
    answers.push(answer);
    return answer;
  });
  await transcriptOf(createProbe(suite, { ...options, vendor }));
  return answers;
};

const withoutRaw = ({ raw: _raw, verbatim: _verbatim, ...others }: Transcript): object => others;

const checkRaw = async (suite: ProviderSuite): Promise<void> => {
  const played = playedOf(suite, "text");
  if (played === undefined) return;
  const answers = await recordAnswers(suite, played);
  const { raw } = await transcriptOf(createProbe(suite, played.options));
  ensure(raw !== undefined, "The transcript has no `raw`.");
  const kept = answers.some(({ body }) => isDeepStrictEqual(body, raw));
  ensure(kept, `\`raw\` is none of the vendor's answers: ${show(raw)}`);
};

const REQUEST_ID = "conformance-1";

/** The headers in which vendors give the id of a request. */
const REQUEST_ID_HEADERS = {
  "x-request-id": REQUEST_ID,
  "request-id": REQUEST_ID,
  "apim-request-id": REQUEST_ID,
  "dg-request-id": REQUEST_ID,
};

const checkRequestId = async (suite: ProviderSuite): Promise<void> => {
  const played = playedOf(suite, "text");
  if (played === undefined) return;
  const vendor = changeAnswers(played.scenario.answer, (answer) => ({
    ...answer,
    headers: { ...answer.headers, ...REQUEST_ID_HEADERS },
  }));
  const { requestId } = await transcriptOf(createProbe(suite, { ...played.options, vendor }));
  ensure(
    requestId !== undefined,
    "The transcript has no `requestId`, although the answer has one.",
  );
};

type Path = readonly (string | number)[];

const isBranch = (
  value: unknown,
): value is Readonly<Record<string, unknown>> | readonly unknown[] =>
  typeof value === "object" && value !== null;

/** A copy in which every object has one more field that nobody knows. */
function addUnknownFields(value: unknown): unknown {
  if (!isBranch(value)) return value;
  if (Array.isArray(value)) return value.map(addUnknownFields);
  const entries = Object.entries(value).map(([key, child]) => [key, addUnknownFields(child)]);
  return { ...Object.fromEntries(entries), x_conformance: { unknown: [1, null, "field"] } };
}

const checkUnknownFields = async (suite: ProviderSuite, name: AnsweredName): Promise<void> => {
  const played = playedOf(suite, name);
  if (played === undefined) return;
  const usual = await transcriptOf(createProbe(suite, played.options));
  const vendor = changeAnswers(played.scenario.answer, (answer) =>
    isJson(answer) ? { ...answer, body: addUnknownFields(answer.body) } : answer,
  );
  const more = await transcriptOf(createProbe(suite, { ...played.options, vendor }));
  const same = isDeepStrictEqual(withoutRaw(usual), withoutRaw(more));
  ensure(same, `Unknown fields in the answer change the transcript to ${show(withoutRaw(more))}`);
};

/** `a.*.b` for `["a", 3, "b"]`: items of a list are alike. */
function patternOf(path: Path): string {
  return path.map((step) => (typeof step === "number" ? "*" : step)).join(".");
}

/** One path for each pattern in a JSON value, the value itself excepted. */
function pathsOf(value: unknown): readonly Path[] {
  const found = new Map<string, Path>();
  const visit = (node: unknown, path: Path): void => {
    if (path.length > 0 && !found.has(patternOf(path))) found.set(patternOf(path), path);
    if (!isBranch(node)) return;
    const isList = Array.isArray(node);
    for (const [key, child] of Object.entries(node)) {
      visit(child, [...path, isList ? Number(key) : key]);
    }
  };
  visit(value, []);
  return [...found.values()];
}

/** A copy of a JSON value in which one place holds another value, or nothing when it is undefined. */
function replaceAt(value: unknown, path: Path, replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (!isBranch(value)) return value;
  const entries = Object.entries(value).flatMap(([key, child]): [string, unknown][] => {
    if (key !== String(step)) return [[key, child]];
    const changed = replaceAt(child, rest, replacement);
    return changed === undefined ? [] : [[key, changed]];
  });
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

const DAMAGES = [
  ["is a number beyond all time", 1e308],
  ["is negative", -1],
  ["is missing", undefined],
  ["is null", null],
  ["is of another type", { conformance: true }],
] as const;

interface Damage {
  readonly suite: ProviderSuite;
  readonly played: Played;
  readonly target: number;
}

const checkDamage = async (
  { suite, played, target }: Damage,
  what: string,
  change: (body: unknown) => unknown,
): Promise<void> => {
  const { options, scenario } = played;
  const pattern = what.split(" ")[0] ?? "";
  const vendor = changeAnswers(scenario.answer, (answer, index) =>
    index === target ? { ...answer, body: change(answer.body) } : answer,
  );
  const outcome = await createProbe(suite, { ...options, vendor }).transcribe();
  if (outcome.ok) {
    try {
      ensureTranscript(outcome.transcript);
    } catch (error) {
      throw new ConformanceError(`When ${what}: ${error instanceof Error ? error.message : ""}`);
    }
    return;
  }
  const { error } = outcome;
  ensure(
    TranscriptionError.is(error),
    `When ${what}, the provider crashes with ${showError(error)}`,
  );
  const required = suite.requiredFields ?? ["text"];
  const allowed = required.some((field) => pattern === field || field.startsWith(`${pattern}.`));
  ensure(allowed, `When ${what}, the provider gives up with ${showError(error)}`);
  const codes = ["bad_response", "timeout", "provider_error"];
  ensure(codes.includes(error.code), `When ${what}, the code is ${error.code}, not bad_response.`);
};

const checkDamages = async (suite: ProviderSuite, name: AnsweredName): Promise<void> => {
  const played = playedOf(suite, name);
  if (played === undefined) return;
  const answers = await recordAnswers(suite, played);
  for (const [target, answer] of answers.entries()) {
    if (!isJson(answer)) continue;
    for (const path of pathsOf(answer.body)) {
      for (const [words, replacement] of DAMAGES) {
        const what = `${patternOf(path)} ${words}`;
        const change = (body: unknown): unknown => replaceAt(body, path, replacement);
        await checkDamage({ suite, played, target }, what, change);
      }
    }
  }
};

const answerCases = (suite: ProviderSuite, name: AnsweredName): CaseList => [
  rule("response", `${name}: gives the transcript that is expected`, async () => {
    const played = playedOf(suite, name);
    if (played === undefined) return;
    const { scenario, options } = played;
    const transcript = await transcriptOf(createProbe(suite, options), scenario.durationSeconds);
    ensureExpected(transcript, scenario.expected);
    if (name === "text") ensure(transcript.text !== "", "The transcript of speech is empty.");
    if (name !== "silence") return;
    const heard = [...(transcript.segments ?? []), ...(transcript.words ?? [])];
    const silent = transcript.text === "" && heard.every(({ text }) => text.trim() === "");
    ensure(silent, `The transcript of silence is not empty: ${show(transcript.text)}`);
  }),
  rule("response", `${name}: does not mind unknown fields`, () => checkUnknownFields(suite, name)),
  rule("response", `${name}: survives the loss of any field`, () => checkDamages(suite, name)),
];

/** What becomes of the vendor's answers, also of damaged ones. */
export function responseRules(suite: ProviderSuite): CaseList {
  return [
    ...ANSWERED.flatMap((name) => scenarioCases(suite, name, () => answerCases(suite, name))),
    rule("response", "keeps the vendor's answer", () => checkRaw(suite)),
    rule("response", "keeps the vendor's request id", () => checkRequestId(suite)),
  ];
}
