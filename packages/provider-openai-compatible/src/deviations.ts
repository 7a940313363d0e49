import type { Capabilities, ResponseFormat, Transcript, TranscriptionRequest } from "@earshot/core";

/** One part of a form: its name on the wire and its text. */
export type FormField = readonly [name: string, value: string];

/** What a form is built for; `format` is the one that the server is asked for. */
export interface FormPurpose {
  readonly request: TranscriptionRequest;
  readonly format: ResponseFormat;
  readonly capabilities: Capabilities;
}

/** How one server departs from OpenAI's wire format; what is absent is as at OpenAI. */
export interface OpenaiDeviations {
  /** The formats to ask for, whatever shape they come in; default: the model's native formats. */
  readonly wireFormats?: readonly ResponseFormat[];
  /** Path under the base URL; default `/audio/transcriptions` or `/audio/translations`. */
  readonly path?: (request: TranscriptionRequest) => string;
  /** Appended to every URL, in order. */
  readonly query?: readonly FormField[];
  /** Path under the base URL that answers cheaply when the server is well; default `/models`. */
  readonly healthPath?: string;
  /** True for models that take several hints as `languages[]`; by default one goes as `language`. */
  readonly takesLanguageList?: (model: string) => boolean;
  /** Field for keywords: a name with `[]` is repeated, any other gets them joined by commas. Default `keywords[]`. */
  readonly keywordsField?: string;
  /** Field that is `true` when speakers are wanted; by default they come with `diarized_json` only. */
  readonly diarizeField?: string;
  /** Field for audio given as a URL; without it a URL is refused. */
  readonly urlField?: string;
  /** Fields (without `[]`) that a translation takes besides model, prompt, response_format, temperature. */
  readonly translationFields?: readonly string[];
  /** Has the last word on the form. */
  readonly toFields?: (fields: readonly FormField[], purpose: FormPurpose) => readonly FormField[];
  /** Headers that hold the request's id, the first that is set wins; default `x-request-id`. */
  readonly requestIdHeaders?: readonly string[];
  /** Has the last word on a transcript; `answer` is the server's parsed body. */
  readonly toTranscript?: (transcript: Transcript, answer: unknown) => Transcript;
}

/** The form with further fields at its end, each unless the form already has one of that name. */
export function withDefaultFields(
  fields: readonly FormField[],
  defaults: readonly FormField[],
): readonly FormField[] {
  const names = new Set(fields.map(([name]) => name));
  return [...fields, ...defaults.filter(([name]) => !names.has(name))];
}
