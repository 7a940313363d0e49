import { doAtOnce, mapWork, TranscriptionError } from "@earshot/core";
import type { LongWork, Needs, Segment, Transcript, Warning, Word } from "@earshot/core";
import { repairTimes } from "./repair-times.ts";
import { segmentsOfWords } from "./segments-of-words.ts";
import { estimateWords } from "./text-units.ts";

const hasSpeakers = (items: readonly (Segment | Word)[] | undefined): boolean =>
  items?.some((item) => item.speaker !== undefined) ?? false;

/** Both lists are in order of time, so one walk along them is enough. */
const nameWords = (
  words: readonly Word[],
  segments: readonly Segment[],
): LongWork<readonly Word[]> => {
  let at = 0;
  return mapWork(words, (word) => {
    const middle = (word.startSeconds + word.endSeconds) / 2;
    while (at < segments.length - 1 && (segments[at]?.endSeconds ?? 0) < middle) at += 1;
    const speaker = segments[at]?.speaker;
    return speaker === undefined ? word : { ...word, speaker };
  });
};

/**
 * Gives words the speakers of their segments, or builds the segments anew where only the words
 * tell who speaks. Unchanged when neither does or both do.
 */
function* assignSpeakers(transcript: Transcript): LongWork<Transcript> {
  const { segments, words, text } = transcript;
  if (words === undefined || segments === undefined || segments.length === 0) return transcript;
  if (hasSpeakers(segments) === hasSpeakers(words)) return transcript;
  return hasSpeakers(segments)
    ? { ...transcript, words: yield* nameWords(words, segments) }
    : { ...transcript, segments: yield* segmentsOfWords(text, words) };
}

/** Whether somebody is named in the segments or, where there are none, in the words. */
const tellsSpeakers = ({ segments, words }: Transcript): boolean =>
  hasSpeakers(segments) || hasSpeakers(words);

export interface CompletionOptions {
  /** Leave out or estimate what is missing, with a warning, instead of throwing. Default false. */
  readonly dropUnsupported?: boolean;
}

/** Something the client needs and the provider's answer does not hold. */
interface Missing {
  readonly param: string;
  /** One sentence. */
  readonly fact: string;
  /** One sentence on what the client gets instead. */
  readonly instead: string;
  /** True when there may be no answer at all without it; default false. */
  readonly isVital?: boolean;
}

type Step = (transcript: Transcript, dropUnsupported: boolean) => LongWork<Transcript>;

/** As long as one window of Whisper: a segment of this length is no coarser than its own may be. */
const LONGEST_WHOLE_SECONDS = 30;

const REMEDY = "Choose another model or response_format";
const OR_DROP = ", or set drop_params to get the rest with a warning";

const messageOf = ({ fact, instead }: Missing): string => `${fact} ${instead}`;

const warn = (transcript: Transcript, missing: Missing): Transcript => {
  const warning: Warning = { param: missing.param, message: messageOf(missing) };
  const known = transcript.warnings.some(({ message }) => message === warning.message);
  return known ? transcript : { ...transcript, warnings: [...transcript.warnings, warning] };
};

const refuse = ({ param, fact, isVital = false }: Missing): never => {
  const remedy = isVital ? REMEDY : REMEDY + OR_DROP;
  throw new TranscriptionError("unsupported_feature", `${fact} ${remedy}.`, { param });
};

/** Not one segment over all of the audio: that tells no more than the duration does. */
const tellsTimes = ({ segments = [], durationSeconds }: Transcript): boolean => {
  const [first] = segments;
  const whole = first?.startSeconds === 0 && first.endSeconds === durationSeconds;
  return segments.length > 1 || (first !== undefined && !whole);
};

const completeWords: Step = function* completeWords(transcript, dropUnsupported) {
  const { words = [], segments = [], text } = transcript;
  const estimable = tellsTimes(transcript);
  if (words.length > 0) return transcript;
  if (text === "") return { ...transcript, words };
  const instead = estimable ? "They are estimated from the segments." : "The answer has no words.";
  const fact = "The model gave no word times.";
  const missing = { param: "timestamp_granularities", fact, instead };
  if (!dropUnsupported) return refuse(missing);
  if (!estimable) return warn(transcript, missing);
  const estimated = { words: yield* estimateWords(segments), wordTimesEstimated: true };
  return warn({ ...transcript, ...estimated }, missing);
};

const completeSegments: Step = function* completeSegments(transcript, dropUnsupported) {
  const { segments = [], words = [], text, durationSeconds } = transcript;
  if (segments.length > 0) return transcript;
  if (text === "") return { ...transcript, segments };
  if (words.length > 0) return { ...transcript, segments: yield* segmentsOfWords(text, words) };
  const short = durationSeconds !== undefined && durationSeconds <= LONGEST_WHOLE_SECONDS;
  const whole = short || (dropUnsupported && durationSeconds !== undefined);
  const missing = {
    param: "response_format",
    fact: "The model gave neither segment nor word times, which this response_format is made of.",
    instead: whole
      ? "One segment spans the whole audio; times inside it are estimates."
      : "The answer has no segments.",
    isVital: durationSeconds === undefined,
  };
  if (whole) {
    const segment = { text: text.trim(), startSeconds: 0, endSeconds: durationSeconds };
    return warn({ ...transcript, segments: [segment] }, missing);
  }
  return dropUnsupported ? warn(transcript, missing) : refuse(missing);
};

const completeSpeakers = (transcript: Transcript, dropUnsupported: boolean): Transcript => {
  if (transcript.text === "" || tellsSpeakers(transcript)) return transcript;
  const missing = {
    param: "diarize",
    fact: "The model does not tell speakers apart.",
    instead: "No speaker is named.",
  };
  if (!dropUnsupported) return refuse(missing);
  const warned = warn(transcript, missing);
  // Some providers say it themselves: one warning is enough, and ours tells more.
  const warnings = warned.warnings.filter(
    (warning) => warning.param !== missing.param || warning.message === messageOf(missing),
  );
  return { ...warned, warnings };
};

/** An answer that was added to here is no longer the provider's own body, and its times are new. */
function* settle(completed: Transcript, repaired: Transcript): LongWork<Transcript> {
  const added = completed.segments !== repaired.segments || completed.words !== repaired.words;
  if (!added) return completed;
  const { verbatim: _, ...rest } = yield* repairTimes(completed);
  return rest;
}

/** As `completeTranscript`, as long work. */
export function* completionWork(
  transcript: Transcript,
  needs: Needs,
  { dropUnsupported = false }: CompletionOptions,
): LongWork<Transcript> {
  const repaired = yield* assignSpeakers(yield* repairTimes(transcript));
  let completed = repaired;
  if (needs.words) completed = yield* completeWords(completed, dropUnsupported);
  if (needs.segments) completed = yield* completeSegments(completed, dropUnsupported);
  if (needs.speakers) completed = completeSpeakers(completed, dropUnsupported);
  return yield* settle(completed, repaired);
}

/**
 * The transcript with everything that the client's format needs, as far as the provider's answer
 * holds it: times repaired, segments built from words, speakers given to both. Audio of at most 30
 * seconds without any times becomes one segment over its duration, with a warning; silence needs
 * nothing. Throws `unsupported_feature` that names what is missing, unless `dropUnsupported`: then
 * longer audio becomes one segment too, word times are estimated inside segments and marked by
 * `wordTimesEstimated`, the rest stays away, and each brings a warning.
 */
export const completeTranscript = (
  transcript: Transcript,
  needs: Needs,
  options: CompletionOptions = {},
): Transcript => doAtOnce(completionWork(transcript, needs, options));
