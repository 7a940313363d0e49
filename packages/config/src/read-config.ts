import { checkDeployments } from "./check-deployments.ts";
import { checkGroups } from "./check-groups.ts";
import { ConfigError } from "./config-error.ts";
import { readConfigFiles } from "./config-files.ts";
import type { ConfigFile } from "./config-files.ts";
import type { MapNode } from "./config-node.ts";
import type { ConfigLocation, Diagnostic } from "./diagnostic.ts";
import type { EarshotConfig } from "./earshot-config.ts";
import { createEnvironmentReader } from "./environment.ts";
import type { EnvironmentRecord } from "./environment.ts";
import { onlyGiven } from "./given.ts";
import { mergeFiles } from "./merge-files.ts";
import type { MergedConfig } from "./merge-files.ts";
import { createProblems } from "./problems.ts";
import type { KnownParams, ReadContext } from "./read-context.ts";
import { tellKeyWithoutField } from "./section.ts";
import type { SectionDefinition, SectionPlace } from "./section.ts";
import { isShownKey, SECTION_NAMES, sectionsWith, TOP_LEVEL_NAMES } from "./sections.ts";
import {
  earshotSettings,
  locateProviders,
  readEarshotSettings,
} from "./sections/earshot-settings.ts";
import { generalSettings, readGeneralSettings } from "./sections/general-settings.ts";
import { litellmSettings, readLitellmSettings } from "./sections/litellm-settings.ts";
import { readModelList } from "./sections/model-list.ts";
import type { ModelList } from "./sections/model-list.ts";
import { readRouterSettings, routerSettings } from "./sections/router-settings.ts";
import { topLevel } from "./sections/top-level.ts";
import { withoutGroups } from "./without-groups.ts";

/** How a config is read. */
export interface ReadConfigOptions {
  /** YAML, or JSON, which is YAML too. */
  readonly text: string;
  /** Shown in diagnostics; included files and relative paths start at its folder. */
  readonly fileName: string;
  /** What `os.environ/NAME` refers to, usually `process.env`; never written to. */
  readonly environment: EnvironmentRecord;
  /** Without it, parameters of providers are kept unchecked. */
  readonly knownParams?: KnownParams;
  /** Reads a file that `include` names; throws when it cannot. Without it, `include` is an error. */
  readonly readInclude?: (path: string) => string;
}

/** A usable config, and what is wrong with it all the same. */
export interface ReadConfigResult {
  readonly config: EarshotConfig;
  readonly warnings: readonly Diagnostic[];
  /** The given environment with the file's `environment_variables` laid over it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where each of `config.providers` stands, in the same order. */
  readonly providerLocations: readonly ConfigLocation[];
}

/** A section that may be missing in the file, as an empty one then. */
type SectionFinder = (definition: SectionDefinition) => SectionPlace;

const findSections = (
  merged: MergedConfig,
  file: ConfigFile,
  context: ReadContext,
): SectionFinder => {
  const place = { source: file.source, offset: 0 };
  const empty: MapNode = { type: "map", place, size: 1, height: 1, entries: new Map() };
  return (definition) => ({
    definition,
    node: merged.sections.get(definition.name) ?? empty,
    path: [definition.name],
    context,
  });
};

const readSections = (
  find: SectionFinder,
  models: ModelList,
  environment: ReadConfigResult["environment"],
): Omit<EarshotConfig, "environment"> => {
  const litellm = readLitellmSettings(find(litellmSettings));
  const router = readRouterSettings(find(routerSettings));
  const earshot = readEarshotSettings(find(earshotSettings));
  const general = readGeneralSettings(find(generalSettings), environment);
  const { emptyTranscript, allowRemoteInputs } = earshot;
  return {
    deployments: models.deployments.map(({ deployment }) => deployment),
    router: withoutGroups({ ...litellm.router, ...router, ...earshot.router }, models.leftOut),
    general: {
      ...general,
      ...earshot.general,
    },
    settings: {
      ...litellm.settings,
      ...onlyGiven({ emptyTranscript, allowRemoteInputs }),
    },
    providers: earshot.providers,
  };
};

const given = (environment: EnvironmentRecord): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/**
 * Reads a config in LiteLLM's format. Throws a `ConfigError` that holds every problem of the file
 * and of those it includes, not just the first.
 */
export function readConfig(options: ReadConfigOptions): ReadConfigResult {
  const problems = createProblems(isShownKey);
  const { environment: outer, readInclude, knownParams } = options;
  const file = { name: options.fileName, text: options.text };
  const files = readConfigFiles(file, { environment: outer, readInclude, problems });
  const [main] = files;
  if (main === undefined) throw new ConfigError(problems.sorted());
  const merged = mergeFiles(files, SECTION_NAMES, problems);
  const variables = merged.sections.get("environment_variables");
  const reader = createEnvironmentReader(variables, outer, problems);
  const context: ReadContext = { problems, environment: reader, knownParams, sectionsWith };
  const whole: SectionPlace = { definition: topLevel, node: main.root, path: [], context };
  for (const entry of merged.others) tellKeyWithoutField(entry, whole, TOP_LEVEL_NAMES);
  const models = readModelList(merged.modelList ?? [], context);
  const environment = { ...given(outer), ...reader.own };
  const find = findSections(merged, main, context);
  const sections = readSections(find, models, environment);
  if (merged.modelList !== undefined) checkDeployments(models, main, context);
  checkGroups(merged.sections, models, context);
  if (problems.hasErrors) throw new ConfigError(problems.sorted());
  return {
    config: { ...sections, environment: reader.own },
    warnings: problems.sorted(),
    environment,
    providerLocations: locateProviders(find(earshotSettings)),
  };
}
