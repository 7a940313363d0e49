import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type { Capabilities } from "@earshot/core";
import { rule } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ensure, show, showError } from "../conformance-error.ts";
import type { RequestPatch } from "../create-context.ts";
import { FEATURE_NAMES, FEATURES } from "../features.ts";
import type { FeatureName } from "../features.ts";
import { createProbe, errorOf } from "../probe.ts";
import { createAudioSample } from "../speech-sample.ts";
import { abilityOf } from "../suite.ts";
import type { ProviderSuite } from "../suite.ts";

/** A request beyond a limit, and the field at fault; undefined when there is no such limit. */
type Excess = (can: Capabilities) => { request: RequestPatch; param: string } | undefined;

const longPrompt: Excess = (can) =>
  can.prompt && can.maxPromptCharacters !== undefined
    ? { request: { prompt: "x".repeat(can.maxPromptCharacters + 1) }, param: "prompt" }
    : undefined;

const brokenKeyword: Excess = (can) =>
  can.keywords ? { request: { keywords: ["one", "two\nlines"] }, param: "keywords" } : undefined;

const strangeLanguage: Excess = (can) => {
  if (can.languages === "any") return undefined;
  const known = can.languages;
  const stranger = ["haw", "yo", "mi", "sn", "en"].find((language) => !known.includes(language));
  return stranger === undefined
    ? undefined
    : { request: { languages: [stranger] }, param: "language" };
};

const strangeClip: Excess = (can) => {
  const knownSpeakers = [{ name: "Loreley", reference: "https://audio.example/clip.wav" }];
  const request: RequestPatch = { responseFormat: "diarized_json", diarize: true, knownSpeakers };
  return can.maxKnownSpeakers > 0 ? { request, param: "known_speaker_references" } : undefined;
};

const audioBeyond = (
  limit: number | undefined,
  field: "sizeBytes" | "durationSeconds",
): ReturnType<Excess> =>
  limit === undefined
    ? undefined
    : {
        request: { audio: createAudioSample({ overrides: { [field]: limit + 1 } }).file },
        param: "file",
      };

const EXCESSES: Readonly<Record<string, Excess>> = {
  "a prompt over the limit": longPrompt,
  "a keyword with a line break": brokenKeyword,
  "a language that the model does not know": strangeLanguage,
  "a reference clip that is no data URL": strangeClip,
  "a file over the limit": ({ maxSizeBytes }) => audioBeyond(maxSizeBytes, "sizeBytes"),
  "audio over the limit": ({ maxDurationSeconds }) =>
    audioBeyond(maxDurationSeconds, "durationSeconds"),
};

/** Throws unless it is an error of the client's. */
function ensureClients(error: unknown, what: string): asserts error is TranscriptionError {
  const isClients = TranscriptionError.is(error) && ERROR_POLICY[error.code].httpStatus < 500;
  ensure(isClients, `${what} with ${showError(error)}`);
}

const checkExcess = async (suite: ProviderSuite, excess: Excess): Promise<void> => {
  for (const model of suite.models) {
    const found = excess(abilityOf(suite, model));
    if (found === undefined) continue;
    const probe = createProbe(suite, { model, request: found.request });
    const error = await errorOf(probe, `What ${model} cannot take`);
    ensureClients(error, `${model} refuses it`);
    ensure(error.param === found.param, `\`param\` is ${show(error.param)}, not ${found.param}.`);
    ensure(probe.transport.started() === 0, `${model} refuses it only after calling the vendor.`);
  }
};

const checkUndeclared = async (
  suite: ProviderSuite,
  name: FeatureName,
  model: string,
): Promise<void> => {
  const { asks, otherwise, params } = FEATURES[name];
  const [, request] = asks(abilityOf(suite, model));
  const outcome = await createProbe(suite, { model, request }).transcribe();
  if (!outcome.ok) {
    ensureClients(outcome.error, `${name} is refused`);
    return;
  }
  ensure(otherwise === "warn", `${model} does not declare ${name}, and ignores it silently.`);
  const warned = outcome.transcript.warnings.some(({ param }) => params.includes(param));
  ensure(
    warned,
    `${model} does not declare ${name}, and ignores it without a warning for ${params.join(" or ")}.`,
  );
};

const undeclaredCases = (suite: ProviderSuite): CaseList =>
  FEATURE_NAMES.flatMap((name) => {
    if (FEATURES[name].otherwise === "any") return [];
    const others = suite.models.filter(
      (model) => !FEATURES[name].declared(abilityOf(suite, model)),
    );
    return others.map((model) =>
      rule("refusals", `${name} is not ignored silently (${model})`, () =>
        checkUndeclared(suite, name, model),
      ),
    );
  });

/** What a model cannot do is refused or warned about; what is beyond a limit is refused unsent. */
export function refusalRules(suite: ProviderSuite): CaseList {
  return [
    ...Object.entries(EXCESSES).map(([name, excess]) =>
      rule("refusals", `refuses ${name} before it sends anything`, () =>
        checkExcess(suite, excess),
      ),
    ),
    ...undeclaredCases(suite),
  ];
}
