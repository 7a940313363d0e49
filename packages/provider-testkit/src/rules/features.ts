import type { Capabilities } from "@earshot/core";
import { ensureExpected } from "../check-transcript.ts";
import { rule, scenarioCases } from "../conformance-case.ts";
import type { CaseList, ConformanceCase } from "../conformance-case.ts";
import { ensure, show } from "../conformance-error.ts";
import { FEATURE_NAMES, FEATURES } from "../features.ts";
import type { FeatureName } from "../features.ts";
import { createProbe, signatureOf, transcriptOf } from "../probe.ts";
import type { ProbeOptions } from "../probe.ts";
import { abilityOf, reasonOf, scenarioOf } from "../suite.ts";
import type {
  ProviderSuite,
  RequestScenario,
  ScenarioName,
  TimedScenario,
  TranscriptScenario,
} from "../suite.ts";

/** The three kinds of input that features have, as one. */
type FeatureScenario = Partial<TranscriptScenario & TimedScenario> & RequestScenario;

interface Play {
  readonly suite: ProviderSuite;
  readonly name: FeatureName;
  readonly scenario: FeatureScenario;
  readonly model: string;
}

const probesOf = ({ suite, name, scenario, model }: Play): readonly ProbeOptions[] =>
  FEATURES[name].asks(abilityOf(suite, model)).map((patch, index) => ({
    model,
    // Who does not ask for words gets the usual answer.
    answer: index === 0 ? undefined : scenario.answer,
    request: { ...scenario.request, ...patch },
  }));

const checkWire = async (play: Play): Promise<void> => {
  const { suite, name, scenario, model } = play;
  const seen = new Map<string, ProbeOptions>();
  for (const [index, options] of probesOf(play).entries()) {
    const probe = createProbe(suite, options);
    await transcriptOf(probe);
    const signature = signatureOf(probe);
    const texts = index === 1 ? (FEATURES[name].shows?.(abilityOf(suite, model)) ?? []) : [];
    const missing = texts.find((text) => !signature.includes(text));
    ensure(missing === undefined, `${show(missing)} is nowhere in what was sent for ${name}.`);
    const twin = seen.get(signature);
    ensure(
      twin === undefined || scenario.alwaysOn !== undefined,
      `${name} is declared for ${model}, but ${show(options.request)} is sent like ${show(twin?.request)}.`,
    );
    seen.set(signature, options);
  }
};

const checkAnswer = async (play: Play): Promise<void> => {
  const { suite, name, scenario, model } = play;
  const options = probesOf(play)[1];
  const transcript = await transcriptOf(createProbe(suite, options), scenario.durationSeconds);
  FEATURES[name].check?.(transcript, abilityOf(suite, model));
  ensureExpected(transcript, scenario.expected);
  if (name !== "languageDetection") return;
  ensure(
    transcript.language !== undefined,
    "The language that was detected is not in the transcript.",
  );
};

const featureCases = (suite: ProviderSuite, name: FeatureName): CaseList => {
  const scenario: FeatureScenario | undefined = scenarioOf(suite, name);
  if (scenario === undefined) return [];
  const declaring = suite.models.filter((model) =>
    FEATURES[name].declared(abilityOf(suite, model)),
  );
  return (scenario.models ?? declaring).flatMap((model): readonly ConformanceCase[] => {
    const play = { suite, name, scenario, model };
    return [
      rule("features", `${name} reaches the wire (${model})`, () => checkWire(play)),
      rule("features", `${name} comes back (${model})`, () => checkAnswer(play)),
    ];
  });
};

/** Every declared capability changes what is sent, and comes back in the transcript. */
export function featureRules(suite: ProviderSuite): CaseList {
  return FEATURE_NAMES.flatMap((name) =>
    scenarioCases(suite, name, () => featureCases(suite, name)),
  );
}

/** Whether a model must play the scenario (true), must not (false), or may (undefined). */
const DECLARED: Readonly<Record<ScenarioName, (can: Capabilities) => boolean | undefined>> = {
  text: () => true,
  silence: () => true,
  errors: () => true,
  formats: () => true,
  options: () => undefined,
  polling: () => undefined,
  languageHint: () => undefined,
  segments: FEATURES.segments.declared,
  words: FEATURES.words.declared,
  speakers: FEATURES.speakers.declared,
  knownSpeakers: FEATURES.knownSpeakers.declared,
  logprobs: FEATURES.logprobs.declared,
  translation: FEATURES.translation.declared,
  languageDetection: FEATURES.languageDetection.declared,
  prompt: FEATURES.prompt.declared,
  keywords: FEATURES.keywords.declared,
  temperature: FEATURES.temperature.declared,
  urlInput: FEATURES.urlInput.declared,
  streaming: (can) => can.streaming,
  streamError: (can) => can.streaming,
};

const isName = (name: string): name is ScenarioName => Object.hasOwn(DECLARED, name);

const NAMES = Object.keys(DECLARED).filter(isName);

const hasTable = ({ definition }: ProviderSuite): boolean =>
  Object.keys({ ...definition.options, ...definition.settings }).length > 0;

const checkScenario = (suite: ProviderSuite, name: ScenarioName): void => {
  const reason = reasonOf(suite, name);
  const model = suite.models.find((each) => DECLARED[name](abilityOf(suite, each)) === true);
  if (reason !== undefined) {
    ensure(reason.trim().length >= 5, `The scenario ${name} is left out without a reason.`);
    ensure(model === undefined, `The scenario ${name} is left out, but ${model} declares it.`);
    const walked = name !== "options" || !hasTable(suite);
    ensure(walked, "The scenario options is left out, but the provider has options or settings.");
    return;
  }
  const optional = suite.models.some(
    (each) => DECLARED[name](abilityOf(suite, each)) === undefined,
  );
  ensure(
    model !== undefined || optional,
    `The scenario ${name} is played, but no model declares it.`,
  );
};

/** Scenarios and declared capabilities say the same, so that no cell of a table is a mere claim. */
export function declaredRules(suite: ProviderSuite): CaseList {
  return [
    rule("identity", "plays exactly what it declares", async () => {
      for (const name of NAMES) checkScenario(suite, name);
    }),
  ];
}
