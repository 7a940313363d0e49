import type { JsonValue, OptionValue, Provider, ProviderDefinition } from "@earshot/core";

/** What the gateway needs beyond the router's own data to run one deployment. */
export interface DeploymentTarget {
  readonly definition: ProviderDefinition;
  readonly provider: Provider;
  /** The provider's model name; `*` is replaced by what the client's wildcard matched. */
  readonly model: string;
  /** Options from `litellm_params`, sent with every request unless the client gives its own. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Request fields from `litellm_params` (`language`, `prompt`, …) for clients that send none. */
  readonly defaults: Readonly<Record<string, JsonValue>>;
  readonly dropParams: boolean;
  /** Whether clients may send options that reach into the operator's account or network. */
  readonly allowRemoteInputs: boolean;
}
