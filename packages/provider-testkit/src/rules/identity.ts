import { isDeepStrictEqual } from "node:util";
import { matchesPattern, RESPONSE_FORMATS, TranscriptionError } from "@earshot/core";
import type { Capabilities, OptionSpec, OptionTable } from "@earshot/core";
import { rulesOf } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ConformanceError, ensure, show, showError } from "../conformance-error.ts";
import { createProvider } from "../probe.ts";
import { abilityOf } from "../suite.ts";
import type { ProviderSuite } from "../suite.ts";

const checkNames = ({ definition, variant = "usual" }: ProviderSuite): void => {
  ensure(/^[\w.-]+$/u.test(variant), `The variant ${show(variant)} is no part of a file name.`);
  const {
    specVersion,
    kind,
    aliases = [],
    displayName,
    documentationUrl,
    environment,
  } = definition;
  ensure(specVersion === 1, "`specVersion` must be 1.");
  ensure(/^[a-z][a-z0-9_]*$/u.test(kind), `\`kind\` must be lower-case: ${show(kind)}.`);
  ensure(!aliases.includes(kind), "`aliases` must not repeat `kind`.");
  ensure(displayName.trim() !== "", "`displayName` is empty.");
  ensure(/^https:\/\/\S+$/u.test(documentationUrl), "`documentationUrl` must be an https URL.");
  const { settings: ownVariables = {}, ...variables } = environment;
  const own = Object.keys(ownVariables).find(
    (name) => !Object.hasOwn(definition.settings ?? {}, name),
  );
  ensure(own === undefined, `\`environment.settings\` has ${show(own)}, which is no setting.`);
  for (const name of [...Object.values(variables), ...Object.values(ownVariables)].flat()) {
    ensure(/^[A-Z][A-Z0-9_]*$/u.test(name), `${show(name)} is no name of an environment variable.`);
  }
  if (definition.requiresApiKey) {
    ensure(environment.apiKey.length > 0, "A key is required but `environment.apiKey` names none.");
  }
};

const checkFrozen = (value: unknown, path: string): void => {
  if (typeof value !== "object" || value === null) return;
  ensure(
    Object.isFrozen(value),
    `\`${path}\` can be changed; wrap the definition in defineProvider.`,
  );
  for (const [key, child] of Object.entries(value)) checkFrozen(child, `${path}.${key}`);
};

const checkPlain = (value: unknown, path: string): void => {
  const copy: unknown = JSON.parse(JSON.stringify(value ?? null));
  ensure(isDeepStrictEqual(copy, value ?? null), `\`${path}\` does not survive JSON as it is.`);
};

const checkOption = (name: string, spec: OptionSpec): void => {
  const where = `The option \`${name}\``;
  const { description } = spec;
  ensure(/^\S.{8,}[.!?]$/su.test(description), `${where} needs a description that is a sentence.`);
  if (spec.type === "number") {
    const { minimum = -Infinity, maximum = Infinity } = spec;
    ensure(minimum <= maximum, `${where} has a minimum above its maximum.`);
  }
  if (spec.type === "string" || spec.type === "string[]") {
    ensure(spec.values === undefined || spec.values.length > 0, `${where} allows no value.`);
  }
};

const checkOptions = (table: OptionTable): void => {
  for (const [name, spec] of Object.entries(table)) checkOption(name, spec);
};

const checkModels = (suite: ProviderSuite): void => {
  for (const { match } of suite.definition.capabilities.models ?? []) {
    ensure(
      suite.models.some((model) => matchesPattern(match, model)),
      `No model of the suite tries the capabilities of \`${match}\`.`,
    );
  }
};

const checkAbility = (can: Capabilities, model: string): void => {
  const where = `The capabilities of ${model}`;
  const known: readonly string[] = RESPONSE_FORMATS;
  ensure(
    can.nativeFormats.every((format) => known.includes(format)),
    `${where} name an unknown format.`,
  );
  ensure(new Set(can.nativeFormats).size === can.nativeFormats.length, `${where} repeat a format.`);
  const diarizes = !can.nativeFormats.includes("diarized_json") || can.diarization;
  ensure(diarizes, `${where} have diarized_json but no diarization.`);
  ensure(
    can.maxKnownSpeakers === 0 || can.diarization,
    `${where} name speakers but do not diarize.`,
  );
  const { shutdownDate } = can;
  const isDate = shutdownDate === undefined || /^\d{4}-\d\d-\d\d$/u.test(shutdownDate);
  ensure(isDate, `${where} have a shutdownDate that is no YYYY-MM-DD.`);
  if (can.languages === "any") return;
  ensure(can.languages.length > 0, `${where} know no language.`);
  ensure(new Set(can.languages).size === can.languages.length, `${where} repeat a language.`);
};

/** Notes every variable that is read; the environment itself stays as it is. */
const withWatchedEnvironment = (run: () => void): readonly string[] => {
  const read: string[] = [];
  const original = process.env;
  process.env = new Proxy(original, {
    get(target, name) {
      read.push(String(name));
      return typeof name === "string" ? target[name] : undefined;
    },
  });
  try {
    run();
    return read;
  } finally {
    process.env = original;
  }
};

const checkCreation = (suite: ProviderSuite): void => {
  const read = withWatchedEnvironment(() => {
    createProvider(suite);
  });
  ensure(read.length === 0, `Creating the provider read the environment: ${read.join(", ")}.`);
};

const checkProvider = (suite: ProviderSuite): void => {
  const { kind, capabilities } = suite.definition;
  const { id: _id, ...settings } = suite.settings;
  const provider = suite.definition.create(settings);
  ensure(provider.specVersion === 1, "The provider's `specVersion` must be 1.");
  ensure(provider.kind === kind, `The provider's \`kind\` is ${provider.kind}, not ${kind}.`);
  ensure(provider.id === kind, "The provider's `id` must be its kind when none is given.");
  const named = createProvider(suite, { id: "conformance-eu" });
  ensure(named.id === "conformance-eu", "The provider does not take the `id` from its settings.");
  const same = isDeepStrictEqual(provider.capabilities, capabilities);
  ensure(same, "The provider's capabilities are not those of its definition.");
  checkFrozen(provider.capabilities, "provider.capabilities");
  const streams = suite.models.some((model) => abilityOf(suite, model).streaming);
  ensure(
    streams === (provider.stream !== undefined),
    "`stream` must exist if and only if a model streams.",
  );
};

const checkMissingKey = ({ definition, settings }: ProviderSuite): void => {
  const { apiKey: _apiKey, ...others } = settings;
  for (const incomplete of [others, { ...others, apiKey: "" }]) {
    try {
      definition.create(incomplete);
    } catch (error) {
      ensure(TranscriptionError.is(error), `A missing key is told as ${showError(error)}`);
      ensure(error.code === "invalid_request", `A missing key has the code ${error.code}.`);
      ensure(/api_?key/iu.test(error.message), `The message names no setting: ${error.message}`);
      continue;
    }
    throw new ConformanceError("The provider is created without the key that it requires.");
  }
};

const checkKey = (suite: ProviderSuite): void => {
  const needed = !suite.definition.requiresApiKey || (suite.settings.apiKey ?? "").length >= 8;
  ensure(needed, "The suite's settings need an `apiKey` of 8 or more characters.");
  if (suite.definition.requiresApiKey) checkMissingKey(suite);
};

/** What a provider says about itself, and what creating one may do. */
export function identityRules(suite: ProviderSuite): CaseList {
  const { definition } = suite;
  const { capabilities, options, settings = {} } = definition;
  return rulesOf("identity", suite, {
    "says who it is": checkNames,
    "is frozen in depth": () => checkFrozen(definition, "definition"),
    "is plain data": () => {
      checkPlain(capabilities, "capabilities");
      checkPlain(options, "options");
      checkPlain(settings, "settings");
    },
    "describes every option": () => checkOptions({ ...options, ...settings }),
    "tries every entry of its capability table": checkModels,
    "has capabilities that fit together": () => {
      for (const model of suite.models) checkAbility(abilityOf(suite, model), model);
    },
    "is created without network, timers or environment": checkCreation,
    "creates what it defines": checkProvider,
    "names a key that is missing": checkKey,
  });
}
