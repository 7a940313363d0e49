import { fitRequest, isJsonList, TranscriptionError, warningOf } from "@earshot/core";
import type {
  Asked,
  GatewayRequest,
  JsonValue,
  OptionValue,
  TranscriptionRequest,
  Verdict,
  Warning,
} from "@earshot/core";
import type { DeploymentTarget } from "./create-deployments.ts";
import { knows } from "./known-options.ts";
import { toOptionValues } from "./option-values.ts";
import { closedError, closedReason, isRemoteInput, shownName } from "./remote-inputs.ts";
import { withPresets } from "./to-asked.ts";

export interface ProviderRequest {
  readonly request: TranscriptionRequest;
  /** What was left out because the deployment does not take it. */
  readonly warnings: readonly Warning[];
  /** What the answer will lack. */
  readonly missing: readonly Verdict[];
}

interface RequestInputs {
  /** As the client sent it. */
  readonly given: GatewayRequest;
  readonly asked: Asked;
  readonly target: DeploymentTarget;
  readonly model: string;
  readonly dropParams: boolean;
}

type Values = Readonly<Record<string, JsonValue | undefined>>;

/** The names of the options that the config has not opened to clients. */
const closedOf = (values: Values, { definition, allowRemoteInputs }: DeploymentTarget): string[] =>
  allowRemoteInputs
    ? []
    : Object.keys(values).filter((name) => isRemoteInput(definition, name, values[name]));

/** The client's options for this provider; unknown or closed ones are refused, or dropped with a warning. */
const optionsOf = ({
  given: client,
  target,
  dropParams,
}: RequestInputs): { options: Record<string, OptionValue>; warnings: Warning[] } => {
  const { definition } = target;
  const given: Values = { ...client.extra, ...client.providerOptions?.[definition.kind] };
  const closed = closedOf(given, target);
  const [firstClosed] = closed;
  if (firstClosed !== undefined && !dropParams) throw closedError(firstClosed);
  const values = Object.fromEntries(
    Object.entries(given).filter(([name]) => !closed.includes(name)),
  );
  const closedWarnings = closed.map((param) => ({ param, message: closedReason(param) }));
  const { options: declared, unknown: undeclared } = toOptionValues(values, definition.options);
  const unknown = undeclared.filter((name) => !knows(definition, name));
  const passed = undeclared.filter((name) => knows(definition, name));
  // Not by assignment: a field may be called `__proto__`.
  const further = Object.fromEntries(passed.map((name) => [name, asOption(values[name])]));
  const options = { ...declared, ...further };
  const [first] = unknown;
  if (first !== undefined && !dropParams)
    throw new TranscriptionError(
      "unsupported_feature",
      `${definition.displayName} knows no option '${shownName(first)}'.`,
      { param: first, provider: target.provider.id },
    );
  const unknownWarnings = unknown.map((name) => ({
    param: name,
    message: `'${shownName(name)}' was left out: ${definition.displayName} does not know it.`,
  }));
  return { options, warnings: [...closedWarnings, ...unknownWarnings] };
};

const asOption = (value: JsonValue | undefined): OptionValue => {
  if (isJsonList(value)) return value.length === 1 ? asOption(value[0]) : value.map(asText);
  return typeof value === "boolean" || typeof value === "number" ? value : asText(value);
};

const asText = (value: JsonValue | undefined): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null);

/**
 * Makes one deployment's own request: its model name, its presets and its options. Throws where it
 * would be asked in vain.
 */
export function toProviderRequest(inputs: RequestInputs): ProviderRequest {
  const { given, target, model, dropParams } = inputs;
  const { definition, provider, deployment } = target;
  const { options, warnings } = optionsOf(inputs);
  const asked = withPresets(inputs.asked, given, target.defaults);
  const request = { ...asked, model, options: { ...target.options, ...options } };
  const name = `${definition.kind}/${model}`;
  const settings = { name, provider: provider.id, dropParams };
  const fitted = fitRequest(request, deployment.capabilities, settings);
  const dropped = fitted.dropped.map((verdict) => warningOf(verdict, name));
  return { ...fitted, warnings: [...warnings, ...dropped] };
}
