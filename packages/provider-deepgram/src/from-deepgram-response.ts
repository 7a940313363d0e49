import { isPause, toIsoLanguage, TranscriptionError } from "@earshot/core";
import type { LongWork, Segment, Transcript, Warning, Word } from "@earshot/core";
import {
  asArray,
  asRecord,
  asSeconds,
  asString,
  readJson,
  redact,
  reportsError,
  toEmbeddedError,
} from "@earshot/provider-kit";
import { createSpeakerLabel, inTime, sentencesOf, utterancesOf, wordsOf } from "./timed-speech.ts";
import type { DeepgramRequest } from "./to-deepgram-request.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A successful answer and what it answers. */
export interface DeepgramAnswer {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly body: string;
  /** The id of the request from the answer's headers. */
  readonly requestId: string | undefined;
  readonly asked: Pick<DeepgramRequest, "language" | "multichannel" | "warnings">;
  /** Values that must not appear in a warning. */
  readonly secrets: readonly string[];
}

/** The best reading of one channel. */
interface Channel {
  readonly detected: readonly string[];
  readonly alternative: Fields;
  readonly words: readonly Word[];
  readonly text: string;
}

/** The channels, in which a text that is empty is one. */
const requireChannels = ({ provider }: DeepgramAnswer, results: Fields): readonly unknown[] => {
  const channels = asArray(results["channels"]);
  if (channels.length > 0 && channels.every(holdsTranscript)) return channels;
  const where = channels.length === 0 ? "" : "a text in ";
  const message = `${provider} answered without ${where}\`results.channels\`, so there is no transcript.`;
  throw new TranscriptionError("bad_response", message, { provider });
};

const holdsTranscript = (channel: unknown): boolean => {
  const alternative = asRecord(asArray(asRecord(channel)?.["alternatives"])[0]);
  return (
    typeof alternative?.["transcript"] === "string" || asArray(alternative?.["words"]).length > 0
  );
};

const languagesOf = (channel: Fields, alternative: Fields): readonly string[] =>
  [channel["detected_language"], ...asArray(alternative["languages"])].flatMap(
    (code) => toIsoLanguage(asString(code) ?? "") ?? [],
  );

function* readChannels(
  items: readonly unknown[],
  labelOf: ReturnType<typeof createSpeakerLabel>,
): LongWork<readonly Channel[]> {
  const channels: Channel[] = [];
  for (const [index, item] of items.entries()) {
    if (isPause(index)) yield;
    const channel = asRecord(item) ?? {};
    const alternative = asRecord(asArray(channel["alternatives"])[0]) ?? {};
    const words = yield* wordsOf(alternative, index, labelOf);
    const spoken = words.map((word) => word.text).join(" ");
    const text = (asString(alternative["transcript"]) ?? spoken).trim();
    channels.push({ detected: languagesOf(channel, alternative), alternative, words, text });
  }
  return channels;
}

/** Channels take turns, so their text is that of the utterances in the order of time. */
function* textOf(channels: readonly Channel[], utterances: readonly Segment[]): LongWork<string> {
  const [first, ...others] = channels;
  if (others.length === 0) return first?.text ?? "";
  const turns =
    utterances.length > 0
      ? utterances
      : channels.map(({ text, words }) => ({ text, startSeconds: words[0]?.startSeconds ?? 0 }));
  return (yield* inTime(turns))
    .map(({ text }) => text)
    .filter((text) => text !== "")
    .join(" ");
}

const warningsOf = (body: Fields, metadata: Fields, secrets: readonly string[]): Warning[] =>
  [...asArray(metadata["warnings"]), ...asArray(body["warnings"])].flatMap((item) => {
    const { parameter, message } = asRecord(item) ?? {};
    const text = asString(message)?.trim() ?? "";
    return text === ""
      ? []
      : [{ param: asString(parameter) ?? "options", message: redact(text, secrets) }];
  });

type Spoken = Pick<Transcript, "text" | "segments" | "words" | "language" | "languages">;

function* segmentsOf(
  channels: readonly Channel[],
  labelOf: ReturnType<typeof createSpeakerLabel>,
): LongWork<readonly Segment[]> {
  const found: Segment[] = [];
  for (const [index, { alternative }] of channels.entries())
    for (const sentence of yield* sentencesOf(alternative, index, labelOf)) found.push(sentence);
  return yield* inTime(found);
}

function* spokenOf(
  results: Fields,
  items: readonly unknown[],
  asked: string | undefined,
): LongWork<Spoken> {
  const labelOf = createSpeakerLabel(items.length);
  const channels = yield* readChannels(items, labelOf);
  const utterances = yield* inTime(yield* utterancesOf(results, labelOf));
  const segments = utterances.length > 0 ? utterances : yield* segmentsOf(channels, labelOf);
  const detected = [...new Set(channels.flatMap((channel) => channel.detected))];
  return {
    text: yield* textOf(channels, utterances),
    language: detected[0] ?? asked,
    languages: detected.length > 0 ? detected : undefined,
    segments: segments.length > 0 ? segments : undefined,
    words: yield* inTime(channels.flatMap(({ words }) => words)),
  };
}

/**
 * Reads the answer of the pre-recorded API. Missing and strange fields are left out; throws
 * `bad_response` when the body is no JSON or has no text in `results.channels`, and the classified
 * error for one behind a success status.
 *
 * @see https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
 */
export function* fromDeepgramResponse(answer: DeepgramAnswer): LongWork<Transcript> {
  const { asked, provider, secrets } = answer;
  const raw: unknown = readJson(answer.body, provider);
  yield;
  const body = asRecord(raw) ?? {};
  if (reportsError(body))
    throw toEmbeddedError(body, { provider, bodyText: answer.body, status: 200, secrets });
  const results = asRecord(body["results"]) ?? {};
  const metadata = asRecord(body["metadata"]) ?? {};
  const items = requireChannels(answer, results);
  const ownId = asString(metadata["request_id"]) ?? "";
  const seconds = asSeconds(metadata["duration"]);
  // Several channels are billed one by one.
  const billedChannels = asked.multichannel ? Math.max(1, items.length) : 1;
  return {
    ...(yield* spokenOf(results, items, asked.language)),
    durationSeconds: seconds,
    usage:
      seconds === undefined ? undefined : { type: "duration", seconds: seconds * billedChannels },
    warnings: [...asked.warnings, ...warningsOf(body, metadata, secrets)],
    requestId: ownId === "" ? answer.requestId : ownId,
    raw,
  };
}
