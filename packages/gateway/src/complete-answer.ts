import { needsOf, TranscriptionError, warningOf } from "@earshot/core";
import type {
  ResponseFormat,
  RuleName,
  Transcript,
  TranscriptionRequest,
  Verdict,
  Warning,
} from "@earshot/core";
import {
  completeInTurns,
  completeTranscript,
  cuesInTurns,
  cuesOf,
  isLongTranscript,
} from "@earshot/formats";
import type { Cue } from "@earshot/formats";
import type { DeploymentTarget } from "./create-deployments.ts";
import type { AudioLength } from "./inspect-audio.ts";

/** One request to one deployment, and what its answer is completed with. */
export interface Completion {
  readonly request: TranscriptionRequest;
  readonly target: DeploymentTarget;
  /** What the judge says that the answer will lack. */
  readonly missing: readonly Verdict[];
  readonly dropParams: boolean;
  readonly audioLength: AudioLength;
  /** Ends the work on a long answer. */
  readonly signal?: AbortSignal | undefined;
}

/** The transcript with further warnings at the end. */
export const withWarnings = (transcript: Transcript, warnings: readonly Warning[]): Transcript =>
  warnings.length === 0
    ? transcript
    : { ...transcript, warnings: [...transcript.warnings, ...warnings] };

const isSubtitle = (format: ResponseFormat): format is "srt" | "vtt" =>
  format === "srt" || format === "vtt";

const hasTimes = ({ segments = [], words = [] }: Transcript): boolean =>
  segments.length > 0 || words.length > 0;

const requireLength = async ({ request, target, ...completion }: Completion): Promise<void> => {
  const { responseFormat } = request;
  const { dropParams, audioLength } = completion;
  if (dropParams && !isSubtitle(responseFormat)) return;
  if (dropParams && (await audioLength()) !== undefined) return;
  const length = dropParams
    ? ", and the length of the audio, to estimate them from, cannot be measured"
    : "";
  throw new TranscriptionError(
    "unsupported_feature",
    `${target.deployment.id} gives no times, which ${responseFormat} is made of${length}. ` +
      "Ask for json or text, or choose a model with timestamps.",
    { param: "response_format", provider: target.provider.id },
  );
};

/**
 * Rejects with `unsupported_feature`, before the provider is called and paid, when its answer would
 * have no times, the format is made of them, and nothing may or can be put in their place. Undefined
 * when there is nothing to wait for.
 */
export const requireTimes = (completion: Completion): Promise<void> | undefined =>
  completion.missing.some(({ rule }) => rule === "segment-times")
    ? requireLength(completion)
    : undefined;

/** Subtitles of text without times cannot do without; a mere field is not worth waiting for audio. */
const needsLength = (answered: Transcript, request: TranscriptionRequest): boolean => {
  const { responseFormat, audio } = request;
  if (answered.durationSeconds !== undefined) return false;
  if (isSubtitle(responseFormat)) return answered.text !== "" && !hasTimes(answered);
  const hasField = responseFormat === "verbose_json" || responseFormat === "diarized_json";
  return hasField && (audio.type === "url" || audio.sizeBytes !== undefined);
};

/**
 * The answer with the measured length of the audio where the format needs one and the provider gave
 * none; where it cannot be measured and nothing else tells it, with a warning.
 */
export async function withDuration(
  answered: Transcript,
  { request, audioLength }: Completion,
): Promise<Transcript> {
  if (!needsLength(answered, request)) return answered;
  const durationSeconds = await audioLength();
  if (durationSeconds !== undefined) return { ...answered, durationSeconds };
  const isKnown = hasTimes(answered) || answered.usage?.type === "duration";
  if (isKnown || isSubtitle(request.responseFormat)) return answered;
  const message = "The length of the audio could not be found out; the duration is 0 for unknown.";
  return withWarnings(answered, [{ param: "response_format", message }]);
}

const toMs = (seconds: number): number => Math.round(seconds * 1000);

/** Whether cues would be laid inside of measured segments. */
const mayCutSegments = (transcript: Transcript, { request }: Completion): boolean => {
  const { words = [], wordTimesEstimated } = transcript;
  const isMeasured = words.length > 0 && wordTimesEstimated !== true;
  return isSubtitle(request.responseFormat) && !isMeasured;
};

/** Where a cue begins inside of a segment, the reader must know. */
const cueWarnings = ({ segments = [] }: Transcript, cues: readonly Cue[]): readonly Warning[] => {
  const starts = new Set(segments.map(({ startSeconds }) => toMs(startSeconds)));
  if (cues.every(({ startSeconds }) => starts.has(toMs(startSeconds)))) return [];
  const message =
    "Times of subtitles inside a longer segment are estimated from the length of their text.";
  return [{ param: "response_format", message }];
};

/** The completion's own warnings of these, by their `param`, tell more: what stands in their place. */
const COMPLETED: Readonly<Partial<Record<RuleName, string>>> = {
  "word-times": "timestamp_granularities",
  "segment-times": "response_format",
  "speakers-in-format": "diarize",
};

/** The completed answer without what the provider said of the same in fewer words. */
const withoutRepeats = (
  completed: Transcript,
  answered: Transcript,
  { missing, target, request }: Completion,
): Transcript => {
  const added = completed.warnings.filter((warning) => !answered.warnings.includes(warning));
  const repeated = missing.filter(({ rule }) =>
    added.some(({ param }) => param === COMPLETED[rule]),
  );
  const name = `${target.definition.kind}/${request.model}`;
  const told = new Set(repeated.map((verdict) => warningOf(verdict, name).message));
  const warnings = completed.warnings.filter(({ message }) => !told.has(message));
  return repeated.length === 0 ? completed : { ...completed, warnings };
};

/**
 * The provider's answer with what the client's format needs; see `completeTranscript`. A long one gives
 * way to others meanwhile, and is given up when the signal fires.
 */
export async function completeAnswer(
  answered: Transcript,
  completion: Completion,
): Promise<Transcript> {
  const { request, dropParams: dropUnsupported, signal } = completion;
  if (answered.verbatim?.format === request.responseFormat) return answered;
  const measured = await withDuration(answered, completion);
  const isLong = isLongTranscript(measured);
  const completed = isLong
    ? await completeInTurns(measured, needsOf(request), { dropUnsupported, signal })
    : completeTranscript(measured, needsOf(request), { dropUnsupported });
  const transcript = withoutRepeats(completed, measured, completion);
  // Without any times of the provider's own, the completion has already warned of its estimate.
  if (!hasTimes(answered) || !mayCutSegments(transcript, completion)) return transcript;
  const cues = isLong ? await cuesInTurns(transcript, {}, signal) : cuesOf(transcript);
  return withWarnings(transcript, cueWarnings(transcript, cues));
}
