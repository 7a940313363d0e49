import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { codeOf, mergeFiles, readConfigFiles } from "./config-files.ts";
import type { ConfigFile, MergedConfig } from "./config-files.ts";
import type { ConfigLocation } from "./config-node.ts";
import { checkDeployments, checkGroups } from "./cross-checks.ts";
import { ConfigError } from "./diagnostic.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { EarshotConfig, RouterConfig } from "./earshot-config.ts";
import { createEnvironmentReader } from "./environment.ts";
import type { EnvironmentRecord } from "./environment.ts";
import { tellKeyWithoutField } from "./keys-without-field.ts";
import { createProblems } from "./problems.ts";
import { emptyMap } from "./section.ts";
import type { KnownParams, ReadContext, SectionDefinition, SectionPlace } from "./section.ts";
import { isShownKey, SECTION_NAMES, sectionsWith, TOP_LEVEL_NAMES, topLevel } from "./sections.ts";
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

const findSections =
  ({ sections }: MergedConfig, { source }: ConfigFile, context: ReadContext): SectionFinder =>
  (definition) => ({
    definition,
    node: sections.get(definition.name) ?? emptyMap({ source, offset: 0 }),
    path: [definition.name],
    context,
  });

/** The router's settings without the groups that have no deployment. */
const withoutGroups = (router: RouterConfig, leftOut: ReadonlySet<string>): RouterConfig => {
  const { fallbacks, defaultFallbacks, modelGroupAlias } = router;
  const isKept = (name: string): boolean => !leftOut.has(name);
  const kept = Object.entries(fallbacks ?? {})
    .filter(([group]) => isKept(group))
    .map(([group, names]) => [group, names.filter(isKept)] as const);
  const aliases = Object.entries(modelGroupAlias ?? {}).filter(([, { model }]) => isKept(model));
  return {
    ...router,
    ...(fallbacks && { fallbacks: Object.fromEntries(kept) }),
    ...(defaultFallbacks && { defaultFallbacks: defaultFallbacks.filter(isKept) }),
    ...(modelGroupAlias && { modelGroupAlias: Object.fromEntries(aliases) }),
  };
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
  return {
    deployments: models.deployments.map(({ deployment }) => deployment),
    router: withoutGroups({ ...litellm.router, ...router, ...earshot.router }, models.leftOut),
    general: { ...general, ...earshot.general },
    settings: { ...litellm.settings, ...earshot.settings },
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

/** How a config file is loaded. */
export type LoadConfigOptions = Pick<ReadConfigOptions, "environment" | "knownParams">;

const unreadable = (path: string, cause: unknown): ConfigError => {
  const isText = !(cause instanceof TypeError);
  return new ConfigError([
    {
      severity: "error",
      file: path,
      line: 0,
      column: 0,
      path: "",
      message: isText
        ? `The config file cannot be read${codeOf(cause)}.`
        : "The config file is not UTF-8 text.",
      remedy: isText ? "Check the path and the file's permissions." : "Save it as UTF-8.",
    },
  ]);
};

/** Throws a TypeError for bytes that are not UTF-8. */
const decode = (bytes: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true }).decode(bytes);

const readInclude = (path: string): string => decode(readFileSync(path));

/** Reads a config file and the files that it includes. Rejects with `ConfigError`. */
export async function loadConfigFile(
  path: string,
  options: LoadConfigOptions,
): Promise<ReadConfigResult> {
  let text: string;
  try {
    text = decode(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
  return readConfig({ ...options, text, fileName: path, readInclude });
}
