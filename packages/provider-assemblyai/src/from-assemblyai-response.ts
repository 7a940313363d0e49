import { collectWork, sortWork, TranscriptionError } from "@earshot/core";
import type { LongWork, Segment, Transcript, Warning, Word } from "@earshot/core";
import { asArray, asNumber, asRecord, asSeconds, asString, redact } from "@earshot/provider-kit";
import { fromAssemblyaiLanguage } from "./assemblyai-models.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A job that ended well, and what else belongs into its transcript. */
export interface AssemblyaiAnswer {
  readonly provider: string;
  readonly id: string;
  /** The vendor's answer to the last question for the job. */
  readonly body: Fields;
  readonly warnings: readonly Warning[];
  /** Values that must not appear in a warning. */
  readonly secrets?: readonly string[];
}

const isPresent = <T>(value: T | undefined): value is T => value !== undefined;

const secondsOf = (milliseconds: unknown): number | undefined => {
  const value = asNumber(milliseconds);
  return value === undefined ? undefined : asSeconds(value / 1000);
};

/** Speakers are called A, B, …; the channels of a recording, which are speakers too, 1, 2, …. */
const speakerOf = ({ speaker, channel }: Fields): string | undefined => {
  const label = asString(speaker) ?? asString(channel) ?? asNumber(channel)?.toString();
  return label === "" ? undefined : label;
};

/** A word or an utterance; undefined without text or without times that can be used. */
const toTimed = (value: unknown): Word | undefined => {
  const fields = asRecord(value) ?? {};
  const text = asString(fields["text"])?.trim() ?? "";
  const startSeconds = secondsOf(fields["start"]);
  const endSeconds = secondsOf(fields["end"]);
  if (text === "" || startSeconds === undefined || endSeconds === undefined) return undefined;
  if (endSeconds < startSeconds) return undefined;
  const confidence = asNumber(fields["confidence"]);
  const isShare = confidence !== undefined && confidence >= 0 && confidence <= 1;
  return {
    text,
    startSeconds,
    endSeconds,
    speaker: speakerOf(fields),
    confidence: isShare ? confidence : undefined,
  };
};

/** The channels of a recording come one after the other in some answers. */
function* toTimedList(list: unknown): LongWork<readonly Word[]> {
  const timed = yield* collectWork(asArray(list), toTimed);
  return yield* sortWork(timed, (a, b) => a.startSeconds - b.startSeconds);
}

/** The main language, and all of them where AssemblyAI says which ones it found. */
const languageFields = (body: Fields): Pick<Transcript, "language" | "languages"> => {
  const [main, ...others] = [body["language_code"], ...asArray(body["language_codes"])].map(
    (code) => fromAssemblyaiLanguage(asString(code) ?? ""),
  );
  const found = [...new Set([main, ...others].filter(isPresent))];
  return { language: found[0], languages: others.some(isPresent) ? found : undefined };
};

/** Whole seconds, rounded down at times: no word may end after the audio. */
const durationOf = (seconds: number | undefined, timed: readonly Word[]): number | undefined =>
  seconds === undefined
    ? undefined
    : timed.reduce((latest, { endSeconds }) => Math.max(latest, endSeconds), seconds);

const vendorWarnings = (body: Fields, secrets: readonly string[]): readonly Warning[] => {
  const { warning, warnings } = asRecord(body["metadata"]) ?? {};
  const messages = [warning, ...asArray(warnings).map((entry) => asRecord(entry)?.["message"])];
  const told = messages.map((message) => asString(message)?.trim() ?? "");
  return [...new Set(told)]
    .filter((message) => message !== "")
    .map((message) => ({ param: "options", message: `AssemblyAI: ${redact(message, secrets)}` }));
};

const textOf = ({ provider, id, body }: AssemblyaiAnswer, words: readonly Word[]): string => {
  const text = asString(body["text"]);
  if (text !== undefined) return text.trim();
  if (body["text"] === null || words.length > 0) return words.map((word) => word.text).join(" ");
  throw new TranscriptionError("bad_response", `${provider} answered without \`text\`.`, {
    provider,
    requestId: id,
  });
};

/** A transcript that somebody deleted is completed all the same, with a notice for a text. */
const refuseDeleted = ({ provider, id, body }: AssemblyaiAnswer): void => {
  if (body["audio_url"] !== "http://deleted_by_user") return;
  throw new TranscriptionError(
    "provider_error",
    `The transcript ${id} was deleted at ${provider} before it was read.`,
    { provider, requestId: id },
  );
};

/**
 * Reads a completed job: milliseconds become seconds, utterances (of speakers or of channels)
 * segments. Throws `bad_response` without text and `provider_error` for a deleted transcript.
 *
 * @see https://www.assemblyai.com/docs/api-reference/transcripts/get
 */
export function* fromAssemblyaiResponse(answer: AssemblyaiAnswer): LongWork<Transcript> {
  const { id, body, warnings, secrets = [] } = answer;
  refuseDeleted(answer);
  const words = yield* toTimedList(body["words"]);
  const segments: readonly Segment[] = yield* toTimedList(body["utterances"]);
  const billedSeconds = asSeconds(body["audio_duration"]);
  return {
    text: textOf(answer, words),
    ...languageFields(body),
    durationSeconds: durationOf(billedSeconds, [...words, ...segments]),
    segments: segments.length > 0 ? segments : undefined,
    words,
    usage: billedSeconds === undefined ? undefined : { type: "duration", seconds: billedSeconds },
    warnings: [...warnings, ...vendorWarnings(body, secrets)],
    requestId: id,
    raw: body,
  };
}

/** The empty transcript of a job that failed because nobody speaks. */
export function* toSilentTranscript(answer: AssemblyaiAnswer): LongWork<Transcript> {
  const { body } = answer;
  const silent = { ...body, text: "", words: [], utterances: [] };
  return { ...(yield* fromAssemblyaiResponse({ ...answer, body: silent })), raw: body };
}
