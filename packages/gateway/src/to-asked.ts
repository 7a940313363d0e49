import { isJsonList, RESPONSE_FORMATS, toIsoLanguage, TranscriptionError } from "@earshot/core";
import type { Asked, AudioSource, GatewayRequest, JsonValue } from "@earshot/core";

const invalid = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param });

/** A language as clients write it; undefined when it means "detect". Throws on what is no language. */
const toLanguageHint = (value: string, param: string): string | undefined => {
  const text = value.trim();
  if (text === "" || text.toLowerCase() === "auto") return undefined;
  const iso = toIsoLanguage(text);
  if (iso === undefined)
    throw invalid(
      param,
      `'${text}' is no language that Earshot knows. Use a code such as 'en', 'pt-BR' or 'yue'.`,
    );
  return /^[a-z]{2,3}(-[a-z0-9]+)*$/iu.test(text) ? text : iso;
};

const languagesOf = ({ language, languages }: GatewayRequest): readonly string[] => {
  if (language !== undefined && languages !== undefined && languages.length > 0)
    throw invalid("languages", "Send either 'language' or 'languages', not both.");
  const param = languages === undefined ? "language" : "languages";
  return (languages ?? [language ?? ""]).flatMap((hint) => toLanguageHint(hint, param) ?? []);
};

const checkedTemperature = (value: number | undefined): number | undefined => {
  if (value !== undefined && !(value >= 0 && value <= 1))
    throw invalid("temperature", "'temperature' must be a number from 0 to 1.");
  return value;
};

const notEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/** What the client asks of whichever deployment answers. Throws `invalid_request` for a wrong field. */
export function toAsked(given: GatewayRequest, audio: AudioSource, stream: boolean): Asked {
  const responseFormat = given.responseFormat ?? "json";
  if (!RESPONSE_FORMATS.includes(responseFormat))
    throw invalid(
      "response_format",
      `'response_format' must be one of ${RESPONSE_FORMATS.join(", ")}.`,
    );
  return {
    audio,
    task: given.task ?? "transcribe",
    languages: languagesOf(given),
    prompt: notEmpty(given.prompt),
    keywords: given.keywords ?? [],
    temperature: checkedTemperature(given.temperature),
    responseFormat,
    timestampGranularities: given.timestampGranularities ?? [],
    include: given.include ?? [],
    stream,
    chunkingStrategy: given.chunkingStrategy,
    knownSpeakers: given.knownSpeakers ?? [],
    diarize: given.diarize ?? responseFormat === "diarized_json",
  };
}

/** Request fields that a deployment may preset in `litellm_params`. */
export const PRESET_FIELDS: readonly string[] = [
  "language",
  "prompt",
  "temperature",
  "keywords",
  "diarize",
];

const textsOf = (preset: JsonValue | undefined): readonly string[] => {
  if (typeof preset === "string") return [preset];
  return isJsonList(preset) ? preset.filter((item) => typeof item === "string") : [];
};

/** The same with the deployment's presets in the place of fields that the client did not send. */
export function withPresets(
  asked: Asked,
  given: GatewayRequest,
  presets: Readonly<Record<string, JsonValue>>,
): Asked {
  const { language, prompt, keywords, temperature, diarize } = presets;
  const hasLanguage = given.language !== undefined || given.languages !== undefined;
  const usePrompt = given.prompt === undefined && typeof prompt === "string";
  const useTemperature = given.temperature === undefined && typeof temperature === "number";
  return {
    ...asked,
    languages: hasLanguage
      ? asked.languages
      : textsOf(language).flatMap((hint) => toLanguageHint(hint, "language") ?? []),
    prompt: usePrompt ? notEmpty(prompt) : asked.prompt,
    keywords: given.keywords ?? textsOf(keywords),
    temperature: useTemperature ? checkedTemperature(temperature) : asked.temperature,
    diarize: given.diarize ?? (asked.diarize || diarize === true),
  };
}
