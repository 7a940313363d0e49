import { isoLanguageOf } from "@earshot/core";
import type { HttpCall, TranscriptionRequest, Warning } from "@earshot/core";
import { asBoolean, asString, joinUrl, toOptionFields } from "@earshot/provider-kit";
import { checkElevenlabsRequest, keytermsOf } from "./check-elevenlabs-request.ts";
import { elevenlabsOptions } from "./elevenlabs-options.ts";

/** Where to call and with which headers, the key among them. */
export interface ElevenlabsServer {
  readonly baseUrl: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A call, and a warning for each wish that it leaves out. */
export interface ElevenlabsCall {
  readonly call: HttpCall;
  readonly warnings: readonly Warning[];
}

type Field = readonly [name: string, value: string];

/** Options that go into the query, and those that join a field of their own. */
const PLACED_ELSEWHERE = new Set(["enable_logging", "keyterms", "language_code"]);

const languageOf = ({ languages, options }: TranscriptionRequest): string | undefined =>
  asString(options["language_code"]) ?? languages.map(isoLanguageOf)[0];

const derivedFields = (request: TranscriptionRequest): readonly Field[] => {
  const { model, temperature, diarize } = request;
  const language = languageOf(request);
  return [
    ["model_id", model],
    ...(language === undefined ? [] : [["language_code", language] as const]),
    // Segments and subtitles are made of words, whatever the client asks for.
    ["timestamps_granularity", "word"],
    // OpenAI's text holds speech alone; ElevenLabs would add "(laughter)".
    ["tag_audio_events", "false"],
    ...(diarize ? [["diarize", "true"] as const] : []),
    ...(temperature === undefined ? [] : [["temperature", String(temperature)] as const]),
    ...keytermsOf(request).map((term): Field => ["keyterms", term]),
  ];
};

const toFields = (request: TranscriptionRequest): readonly Field[] => {
  const options = Object.fromEntries(
    Object.entries(request.options).filter(([name]) => !PLACED_ELSEWHERE.has(name)),
  );
  const own = toOptionFields(options, elevenlabsOptions);
  const names = new Set(own.map(([name]) => name));
  const { audio } = request;
  return [
    ...derivedFields(request).filter(([name]) => !names.has(name)),
    ...own,
    ...(audio.type === "url" ? [["source_url", audio.url] as const] : []),
  ];
};

const queryOf = ({ options }: TranscriptionRequest): readonly Field[] => {
  const logging = asBoolean(options["enable_logging"]);
  return logging === undefined ? [] : [["enable_logging", String(logging)]];
};

/**
 * Describes the call that a request becomes: a form with the model first and the file last. Throws as
 * `checkElevenlabsRequest` does.
 *
 * @see https://elevenlabs.io/docs/api-reference/speech-to-text/convert
 */
export function toElevenlabsCall(
  server: ElevenlabsServer,
  asked: TranscriptionRequest,
): ElevenlabsCall {
  const { request, warnings } = checkElevenlabsRequest(asked);
  const { audio, languages, options } = request;
  const replaced: Warning = {
    param: "language",
    message: "'language_code' was sent instead of 'language'.",
  };
  const isReplaced = languages.length > 0 && options["language_code"] !== undefined;
  return {
    call: {
      method: "POST",
      url: joinUrl(server.baseUrl, "/speech-to-text", queryOf(request)),
      headers: server.headers,
      body: {
        type: "multipart",
        fields: toFields(request),
        ...(audio.type === "file" ? { file: { name: "file", audio } } : {}),
      },
    },
    warnings: isReplaced ? [...warnings, replaced] : warnings,
  };
}
