import type { Capabilities } from "@earshot/core";
import { rule } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ensure } from "../conformance-error.ts";
import { FEATURES } from "../features.ts";
import { abilityOf, reasonOf } from "../suite.ts";
import type { ProviderSuite, ScenarioName } from "../suite.ts";

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
