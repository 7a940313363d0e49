import { capabilitiesOf, toIsoLanguage } from "@earshot/core";
import type { Capabilities, HttpCall, TranscriptionRequest, Warning } from "@earshot/core";
import { asArray, asBoolean, asString, joinUrl, toOptionFields } from "@earshot/provider-kit";
import { elevenlabsCapabilities } from "./elevenlabs-capabilities.ts";
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

const languageOf = ({ languages, options }: TranscriptionRequest): string | undefined => {
  const [hint] = languages;
  const own = asString(options["language_code"]);
  if (own !== undefined || hint === undefined) return own;
  // One of several hints would force its language upon the others: then detection serves better.
  return languages.length === 1 ? (toIsoLanguage(hint) ?? hint) : undefined;
};

const wanted = (can: Capabilities, { keywords }: TranscriptionRequest): readonly string[] =>
  can.keywords ? keywords : [];

/** The client's keywords and the option of ElevenLabs' own name, each once. */
export function keytermsOf(request: TranscriptionRequest): readonly string[] {
  const can = capabilitiesOf(elevenlabsCapabilities, request.model);
  const own = asArray(request.options["keyterms"]).filter((term) => typeof term === "string");
  return [...new Set([...wanted(can, request), ...own])];
}

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

const isServerVad = ({ chunkingStrategy }: TranscriptionRequest): boolean =>
  typeof chunkingStrategy === "object";

/** What ElevenLabs has no field for; a warning each. */
const warningsOf = (request: TranscriptionRequest): readonly Warning[] => {
  const { model, prompt, keywords, languages, options, include } = request;
  const can = capabilitiesOf(elevenlabsCapabilities, model);
  const leftOut: readonly (readonly [param: string, isLeftOut: boolean, message: string])[] = [
    [
      "prompt",
      prompt !== undefined,
      "ElevenLabs takes no prompt: it was left out. Names and terms can be sent as 'keywords'.",
    ],
    [
      "keywords",
      keywords.length > 0 && !can.keywords,
      `The model '${model}' takes no keywords: they were left out.`,
    ],
    [
      "languages",
      languages.length > 1,
      "ElevenLabs takes only one language hint: the language was detected instead.",
    ],
    [
      "language",
      languages.length === 1 && options["language_code"] !== undefined,
      "'language_code' was sent instead of 'language'.",
    ],
    ["include", include.length > 0, "ElevenLabs gives no log probabilities of tokens."],
    [
      "chunking_strategy",
      isServerVad(request),
      "ElevenLabs finds the speech in the audio by itself: the settings for it were left out.",
    ],
  ];
  return leftOut.flatMap(([param, isLeftOut, message]) => (isLeftOut ? [{ param, message }] : []));
};

const queryOf = ({ options }: TranscriptionRequest): readonly Field[] => {
  const logging = asBoolean(options["enable_logging"]);
  return logging === undefined ? [] : [["enable_logging", String(logging)]];
};

/**
 * Describes the call that a request becomes: a form with the model first and the file last.
 *
 * @see https://elevenlabs.io/docs/api-reference/speech-to-text/convert
 */
export function toElevenlabsCall(
  server: ElevenlabsServer,
  request: TranscriptionRequest,
): ElevenlabsCall {
  const { audio } = request;
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
    warnings: warningsOf(request),
  };
}
