import { TranscriptionError } from "@earshot/core";
import type { JsonObject, JsonValue, TranscriptionRequest, Warning } from "@earshot/core";
import { asArray, asRecord } from "@earshot/provider-kit";
import { toAssemblyaiLanguage } from "./assemblyai-models.ts";
import { assemblyaiOptions } from "./assemblyai-options.ts";
import { checkAssemblyaiRequest, keytermsOf } from "./check-assemblyai-request.ts";

/** The job to create, without the address of its audio, and a warning for each wish left out. */
export interface AssemblyaiRequest {
  readonly fields: JsonObject;
  readonly warnings: readonly Warning[];
}

/** Options that become something else than a field of their own name and value. */
const PLACED_ELSEWHERE = new Set([
  "custom_spelling",
  "delete_after",
  "keyterms_prompt",
  "language_detection_options",
  "speech_models",
]);

/** Options that only mean something when speakers are told apart. */
const NEED_SPEAKERS = ["speakers_expected", "speaker_options"];

const isText = (value: unknown): value is string => typeof value === "string";

const toSpelling = (to: string, heard: JsonValue): JsonObject => {
  const from = isText(heard) ? [heard] : asArray(heard).filter(isText);
  if (from.length > 0) return { from, to };
  throw new TranscriptionError(
    "invalid_request",
    `'custom_spelling' must name for each spelling what is heard, such as {"SQL": ["sequel"]}.`,
    { param: "custom_spelling", provider: "assemblyai" },
  );
};

const spellingFields = ({ options }: TranscriptionRequest): JsonObject => {
  const spellings = options["custom_spelling"];
  if (typeof spellings !== "object" || isList(spellings)) return {};
  return { custom_spelling: Object.entries(spellings).map(([to, from]) => toSpelling(to, from)) };
};

const isList = (value: readonly string[] | JsonObject): value is readonly string[] =>
  Array.isArray(value);

const isObject = (value: unknown): value is JsonObject => asRecord(value) !== undefined;

const languagesOf = ({ languages }: TranscriptionRequest): readonly string[] => [
  ...new Set(languages.map(toAssemblyaiLanguage)),
];

/** Without a language AssemblyAI would take everything for English, so it is told to detect. */
const languageFields = (request: TranscriptionRequest): JsonObject => {
  const { options } = request;
  const own = options["language_detection_options"];
  const details = isObject(own) ? own : undefined;
  const detail: JsonObject = details === undefined ? {} : { language_detection_options: details };
  if (options["language_code"] !== undefined || options["language_codes"] !== undefined)
    return detail;
  const codes = languagesOf(request);
  const [code] = codes;
  if (options["language_detection"] === false)
    return code === undefined ? detail : { ...detail, language_code: code };
  if (code === undefined) return { ...detail, language_detection: true };
  if (codes.length === 1 && options["language_detection"] !== true)
    return { ...detail, language_code: code };
  const expected = [...new Set(codes.map((each) => each.split("_")[0] ?? each))];
  return {
    language_detection: true,
    language_detection_options: { expected_languages: expected, ...details },
  };
};

const modelsOf = ({ model, options }: TranscriptionRequest): readonly string[] => [
  ...new Set([model, ...asArray(options["speech_models"]).filter(isText)]),
];

const hintFields = (request: TranscriptionRequest): JsonObject => {
  const { prompt, temperature } = request;
  const terms = keytermsOf(request);
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(terms.length > 0 ? { keyterms_prompt: terms } : {}),
    // AssemblyAI takes one of the two.
    ...(prompt !== undefined && terms.length === 0 ? { prompt } : {}),
  };
};

const optionFields = ({ options }: TranscriptionRequest): JsonObject =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([name]) => Object.hasOwn(assemblyaiOptions, name) && !PLACED_ELSEWHERE.has(name),
    ),
  );

/** Of what AssemblyAI takes no two of, or takes in vain, beyond what the capabilities say. */
const warningsOf = (request: TranscriptionRequest): readonly Warning[] => {
  const { prompt, languages, options } = request;
  const replaced = ["language_code", "language_codes"].find((name) => options[name] !== undefined);
  const lonely = NEED_SPEAKERS.find((name) => options[name] !== undefined);
  const leftOut: readonly (readonly [param: string, isLeftOut: boolean, message: string])[] = [
    [
      "prompt",
      prompt !== undefined && keytermsOf(request).length > 0,
      "AssemblyAI takes a prompt or keywords, not both: the prompt was left out.",
    ],
    [
      languages.length > 1 ? "languages" : "language",
      languages.length > 0 && replaced !== undefined,
      `'${replaced ?? ""}' was sent in its place.`,
    ],
    [
      "languages",
      languages.length > 1 && replaced === undefined && options["language_detection"] === false,
      "Without 'language_detection' AssemblyAI takes one language: the first was sent.",
    ],
    [
      lonely ?? "",
      lonely !== undefined && !request.diarize && options["speaker_labels"] !== true,
      `'${lonely ?? ""}' has no effect without 'diarize' or 'speaker_labels'.`,
    ],
  ];
  return leftOut.flatMap(([param, isLeftOut, message]) => (isLeftOut ? [{ param, message }] : []));
};

/**
 * Describes the job that a request becomes. Throws as `checkAssemblyaiRequest` does, and
 * `invalid_request` for spellings in another shape than the option describes.
 *
 * @see https://www.assemblyai.com/docs/api-reference/transcripts/submit
 */
export function toAssemblyaiRequest(asked: TranscriptionRequest): AssemblyaiRequest {
  const { request, warnings } = checkAssemblyaiRequest(asked);
  return {
    fields: {
      // Mandatory, and a list: the order is that of preference.
      speech_models: modelsOf(request),
      ...hintFields(request),
      ...optionFields(request),
      ...languageFields(request),
      ...spellingFields(request),
      ...(request.diarize ? { speaker_labels: true } : {}),
    },
    warnings: [...warnings, ...warningsOf(request)],
  };
}
