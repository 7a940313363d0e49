import { needsOf, toIsoLanguage, TranscriptionError } from "@earshot/core";
import type { LongWork, Transcript, TranscriptionRequest, Warning } from "@earshot/core";
import {
  asArray,
  asNumber,
  asRecord,
  asSeconds,
  asString,
  readJson,
  redact,
  reportsError,
  toEmbeddedError,
} from "@earshot/provider-kit";
import { classifyElevenlabsError } from "./classify-elevenlabs-error.ts";
import { mergeChannels, readScribeWords, textOfChannel } from "./scribe-words.ts";
import type { ScribeWord } from "./scribe-words.ts";

/** A success of ElevenLabs and what belongs on its transcript. */
export interface ElevenlabsAnswer {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly request: TranscriptionRequest;
  readonly body: string;
  readonly warnings: readonly Warning[];
  /** From the headers. */
  readonly requestId: string | undefined;
  /** Values that must not appear in a message. */
  readonly secrets?: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;
type Content = Pick<Transcript, "text" | "words" | "language" | "languages" | "durationSeconds">;

/** What the answers to all channels say together. */
const sharedOf = (
  answers: readonly Fields[],
): Pick<Transcript, "language" | "languages" | "durationSeconds"> => {
  const codes = answers.flatMap(
    (answer) => toIsoLanguage(asString(answer["language_code"]) ?? "") ?? [],
  );
  const languages = [...new Set(codes)];
  const seconds = answers.flatMap((answer) => asSeconds(answer["audio_duration_secs"]) ?? []);
  return {
    language: languages[0],
    languages: languages.length > 1 ? languages : undefined,
    durationSeconds: seconds.toSorted((one, other) => other - one)[0],
  };
};

const isMultiChannel = ({ options }: TranscriptionRequest): boolean =>
  options["use_multi_channel"] === true;

function* fromSingle(
  answer: Fields,
  text: string,
  request: TranscriptionRequest,
): LongWork<Content> {
  const withSpeakers = request.diarize || isMultiChannel(request);
  const found = yield* readScribeWords(answer["words"], { withSpeakers });
  const words = found.map(({ word }) => word);
  return {
    text: text.trim(),
    words: words.length > 0 ? words : undefined,
    ...sharedOf([answer]),
  };
}

/** One transcript per channel, as ElevenLabs answers for several. */
function* fromChannels(channels: readonly Fields[]): LongWork<Content> {
  const lists: (readonly ScribeWord[])[] = [];
  for (const [index, answer] of channels.entries()) {
    const channel = asNumber(answer["channel_index"]) ?? index;
    lists.push(yield* readScribeWords(answer["words"], { channel, withSpeakers: true }));
    yield;
  }
  const texts = channels.map((answer) => asString(answer["text"])?.trim() ?? "");
  const { words, text } = yield* mergeChannels(lists);
  // Words of which some lack their times, or sounds between them, make no whole text.
  const isWhole = lists.every((list, index) => textOfChannel(list) === texts[index]);
  return {
    text: isWhole ? text : texts.filter((each) => each !== "").join("\n"),
    words: words.length > 0 ? words : undefined,
    ...sharedOf(channels),
  };
}

function* contentOf(answer: Fields | undefined, source: ElevenlabsAnswer): LongWork<Content> {
  const { provider, request } = source;
  const text = asString(answer?.["text"]);
  if (answer !== undefined && text !== undefined) return yield* fromSingle(answer, text, request);
  const channels = asArray(answer?.["transcripts"])
    .map(asRecord)
    .filter((channel) => channel !== undefined);
  const isHeard = channels.some((channel) => typeof channel["text"] === "string");
  if (isHeard) return yield* fromChannels(channels);
  const isReceipt = asString(answer?.["message"]) !== undefined;
  const message = isReceipt
    ? `${provider} took the audio for a webhook and answered without a transcript.`
    : `${provider} answered without a text.`;
  throw new TranscriptionError("bad_response", message, { provider });
}

/** The text by `transcript_edit`, where no times have to fit it. */
const edit = (
  answer: Fields | undefined,
  { request, secrets = [] }: ElevenlabsAnswer,
): Partial<Transcript> => {
  const edited = asRecord(answer?.["edited_transcript"]);
  if (edited === undefined) return {};
  const text = asString(edited["edited_text"]);
  const { words, segments, speakers } = needsOf(request);
  if (text !== undefined && !(words || segments || speakers)) return { text: text.trim() };
  const reason =
    text === undefined
      ? `ElevenLabs could not edit the text: ${redact(asString(edited["message"]) ?? "it does not say why", secrets)}`
      : "The times belong to the words as they were spoken: the text is not the edited one.";
  return { warnings: [{ param: "transcript_edit", message: reason }] };
};

/** With a time for every character, ten hours of speech take some 800,000 objects. */
const MOST_NODES = 1_000_000;

/**
 * Normalises an answer: words without spacing and sounds, ISO 639-1 language, all channels as one.
 * Throws `bad_response` when it holds no text, and the classified error for one behind a success.
 */
export function* fromElevenlabsResponse(source: ElevenlabsAnswer): LongWork<Transcript> {
  const { provider, body, secrets } = source;
  const raw = readJson(body, provider, MOST_NODES);
  yield;
  const answer = asRecord(raw);
  if (answer !== undefined && reportsError(answer)) {
    const failed = { provider, bodyText: body, status: 200, secrets };
    throw toEmbeddedError(answer, { ...failed, classify: classifyElevenlabsError });
  }
  const content = yield* contentOf(answer, source);
  const { warnings = [], ...edited } = edit(answer, source);
  const seconds = asSeconds(answer?.["audio_duration_secs"]);
  const requestId = source.requestId ?? asString(answer?.["transcription_id"]);
  return {
    ...content,
    ...edited,
    usage: seconds === undefined ? undefined : { type: "duration", seconds },
    warnings: [...source.warnings, ...warnings],
    raw,
    requestId: requestId === "" ? undefined : requestId,
  };
}
