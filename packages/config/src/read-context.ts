import type { EnvironmentReader } from "./environment.ts";
import type { Problems } from "./problems.ts";

/**
 * Tells which provider parameters exist for a model as `litellm_params.model` has it. Undefined when
 * the provider is unknown or takes any parameter: then every key is kept.
 */
export type KnownParams = (model: string, customProvider?: string) => readonly string[] | undefined;

/** What every section needs while it is read. */
export interface ReadContext {
  readonly problems: Problems;
  readonly environment: EnvironmentReader;
  readonly knownParams: KnownParams | undefined;
  /** The sections that have a key of that name, such as `litellm_params` for `api_key`. */
  readonly sectionsWith: (key: string) => readonly string[];
}
