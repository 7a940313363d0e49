import {
  fitRequest,
  isJsonList,
  RESPONSE_FORMATS,
  toIsoLanguage,
  TranscriptionError,
  warningOf,
} from "@earshot/core";
import type {
  Capabilities,
  JsonValue,
  OptionValue,
  TranscriptionRequest,
  Warning,
} from "@earshot/core";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { knows } from "./known-options.ts";
import { toOptionValues } from "./option-values.ts";
import { closedError, closedReason, isRemoteInput, shownName } from "./remote-inputs.ts";

export interface ProviderRequest {
  readonly request: TranscriptionRequest;
  /** What was left out because the deployment does not know it and `dropParams` is on. */
  readonly warnings: readonly Warning[];
}

interface RequestInputs {
  readonly asked: GatewayRequest;
  readonly target: DeploymentTarget;
  readonly capabilities: Capabilities;
  readonly model: string;
  readonly stream: boolean;
  readonly dropParams: boolean;
}

const invalid = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param });

/** A language as clients write it; undefined when it means "detect". Throws on what is no language. */
function toLanguageHint(value: string, param = "language"): string | undefined {
  const text = value.trim();
  if (text === "" || text.toLowerCase() === "auto") return undefined;
  const iso = toIsoLanguage(text);
  if (iso === undefined)
    throw invalid(
      param,
      `'${text}' is no language that Earshot knows. Use a code such as 'en', 'pt-BR' or 'yue'.`,
    );
  return /^[a-z]{2,3}(-[a-z0-9]+)*$/iu.test(text) ? text : iso;
}

/** The client's language hints in one list. Throws `invalid_request` when it sent both fields. */
export function languageHints(asked: GatewayRequest, preset?: JsonValue): readonly string[] {
  const { language, languages } = asked;
  if (language !== undefined && languages !== undefined && languages.length > 0)
    throw invalid("languages", "Send either 'language' or 'languages', not both.");
  const param = languages === undefined ? "language" : "languages";
  const hints = languages ?? [language ?? (typeof preset === "string" ? preset : "")];
  return hints.flatMap((hint) => toLanguageHint(hint, param) ?? []);
}

const textOf = (value: string | undefined, preset: JsonValue | undefined): string | undefined => {
  const text = value ?? (typeof preset === "string" ? preset : undefined);
  return text === "" ? undefined : text;
};

const textsOf = (preset: JsonValue | undefined): readonly string[] => {
  if (typeof preset === "string") return [preset];
  return isJsonList(preset) ? preset.filter((item) => typeof item === "string") : [];
};

const temperatureOf = (
  asked: GatewayRequest,
  preset: JsonValue | undefined,
): number | undefined => {
  const value = asked.temperature ?? (typeof preset === "number" ? preset : undefined);
  if (value !== undefined && !(value >= 0 && value <= 1))
    throw invalid("temperature", "'temperature' must be a number from 0 to 1.");
  return value;
};

type Values = Readonly<Record<string, JsonValue | undefined>>;

/** The names of the options that the config has not opened to clients. */
const closedOf = (values: Values, { definition, allowRemoteInputs }: DeploymentTarget): string[] =>
  allowRemoteInputs
    ? []
    : Object.keys(values).filter((name) => isRemoteInput(definition, name, values[name]));

/** The client's options for this provider; unknown or closed ones are refused, or dropped with a warning. */
const optionsOf = (
  inputs: RequestInputs,
): { options: Record<string, OptionValue>; warnings: Warning[] } => {
  const { asked, target } = inputs;
  const { definition } = target;
  const given: Values = { ...asked.extra, ...asked.providerOptions?.[definition.kind] };
  const closed = closedOf(given, target);
  const [firstClosed] = closed;
  if (firstClosed !== undefined && !inputs.dropParams) throw closedError(firstClosed);
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
  if (first !== undefined && !inputs.dropParams)
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

/** Makes one deployment's own request: its model name, its presets and its options. */
export function toProviderRequest(inputs: RequestInputs): ProviderRequest {
  const { asked, target, capabilities } = inputs;
  const { defaults } = target;
  const { options, warnings } = optionsOf(inputs);
  const responseFormat = asked.responseFormat ?? "json";
  if (!RESPONSE_FORMATS.includes(responseFormat))
    throw invalid(
      "response_format",
      `'response_format' must be one of ${RESPONSE_FORMATS.join(", ")}.`,
    );
  const request: TranscriptionRequest = {
    audio: asked.audio,
    model: inputs.model,
    task: asked.task ?? "transcribe",
    languages: languageHints(asked, defaults["language"]),
    prompt: textOf(asked.prompt, defaults["prompt"]),
    keywords: asked.keywords ?? textsOf(defaults["keywords"]),
    temperature: temperatureOf(asked, defaults["temperature"]),
    responseFormat,
    timestampGranularities: asked.timestampGranularities ?? [],
    include: asked.include ?? [],
    stream: inputs.stream,
    chunkingStrategy: asked.chunkingStrategy,
    knownSpeakers: asked.knownSpeakers ?? [],
    diarize: asked.diarize ?? (defaults["diarize"] === true || responseFormat === "diarized_json"),
    options: { ...target.options, ...options },
  };
  const name = `${target.definition.kind}/${inputs.model}`;
  const settings = { name, provider: target.provider.id, dropParams: inputs.dropParams };
  const fitted = fitRequest(request, capabilities, settings);
  const dropped = fitted.dropped.map((verdict) => warningOf(verdict, name));
  return { request: fitted.request, warnings: [...warnings, ...dropped] };
}
