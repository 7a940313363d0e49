import type { Capabilities } from "./capabilities.ts";
import {
  cannot,
  cannotGive,
  cannotTake,
  estimate,
  ignore,
  otherAudio,
  refuse,
} from "./judge-rule.ts";
import type { Asked, Rule } from "./judge-rule.ts";
import { isoLanguageOf } from "./languages.ts";
import { toPlainMediaType } from "./media-type.ts";
import { needsOf } from "./transcription-request.ts";

/** In the order in which verdicts are told. */
export const RULE_NAMES = [
  "url-address",
  "keyword-text",
  "speaker-clip",
  "translation",
  "url-input",
  "file-size",
  "audio-too-long",
  "audio-too-short",
  "media-type",
  "word-times",
  "segment-times",
  "subtitles-of-url",
  "speakers-in-format",
  "speakers",
  "known-speakers",
  "logprobs",
  "language",
  "prompt-length",
  "keyword-count",
  "keyword-form",
  "estimated-words",
  "imitated-stream",
  "prompt",
  "keywords",
  "temperature",
  "language-hints",
  "voice-activity",
] as const;

export type RuleName = (typeof RULE_NAMES)[number];

const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 100) / 100} MB`;

/** A list of capabilities is frozen and judged often: what is made of it is made once. */
const cached = <T>(make: (values: readonly string[]) => T): ((values: readonly string[]) => T) => {
  const made = new WeakMap<readonly string[], T>();
  return (values) => {
    const known = made.get(values) ?? make(values);
    made.set(values, known);
    return known;
  };
};
const mediaTypesIn = cached((types) => new Set(types.map(toPlainMediaType)));
const languagesIn = cached((languages) => new Set(languages.map(isoLanguageOf)));

/** The provider's own answer in that format holds whatever the format shows. */
const isNative = ({ responseFormat }: Asked, { nativeFormats }: Capabilities): boolean =>
  nativeFormats.includes(responseFormat);

const lacksTimes = (asked: Asked, can: Capabilities): boolean =>
  !can.segmentTimestamps &&
  can.wordTimestamps === "none" &&
  needsOf(asked).segments &&
  !isNative(asked, can);

/** Subtitles are nothing but text with times; those of a URL's audio cannot be estimated. */
const isUrlAsCues = ({ audio, responseFormat }: Asked): boolean =>
  audio.type === "url" && (responseFormat === "srt" || responseFormat === "vtt");

const lacksSpeakers = (asked: Asked, can: Capabilities): boolean =>
  !can.diarization && needsOf(asked).speakers;

const tooMany = (limit: number, what: string, count: number): string =>
  `takes at most ${limit} ${what}${limit === 1 ? "" : "s"} (${count} were given)`;

const tooLarge = (limit: number, size: number): string => {
  const [most, has] = [megabytes(limit), megabytes(size)];
  return most === has
    ? `takes at most ${limit} bytes (the file has ${size})`
    : `takes at most ${most} (the file has ${has})`;
};

const MOST_SHOWN = 12;

const onlyOf = (languages: readonly string[]): string =>
  languages.length > MOST_SHOWN ? "" : `, only ${languages.join(", ")}`;

/** Every rule by its name, in the order in which verdicts are told. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  "url-address": refuse("url", "An address of audio that is no http or https URL.", ({ audio }) =>
    audio.type === "url" && !/^https?:\/\/[^\s]+$/iu.test(audio.url)
      ? "The URL of the audio must start with https:// or http://."
      : undefined,
  ),
  "keyword-text": refuse(
    "keywords",
    "An empty keyword, or one with a line break.",
    ({ keywords }) => {
      const index = keywords.findIndex((each) => /^\s*$|[\r\n\u2028\u2029]/u.test(each));
      return index < 0 ? undefined : `Keyword ${index + 1} is empty or holds a line break.`;
    },
  ),
  "speaker-clip": refuse(
    "known_speaker_references",
    "A reference clip that is no data URL.",
    ({ knownSpeakers }) => {
      const index = knownSpeakers.findIndex(({ reference }) => !/^data:[^,]*,./iu.test(reference));
      return index < 0
        ? undefined
        : `Reference clip ${index + 1} must be a data URL, such as data:audio/wav;base64,….`;
    },
  ),
  translation: cannot("model", "A translation by a model that only transcribes.", ({ task }, can) =>
    task === "translate" && !can.translation ? "does not translate" : undefined,
  ),
  "url-input": cannot("url", "Audio by its address.", ({ audio }, can) =>
    audio.type === "url" && !can.urlInput ? "does not fetch audio from a URL" : undefined,
  ),
  "file-size": otherAudio(
    "audio_too_large",
    "A larger file than the provider or the operator allows.",
    ({ sizeBytes = 0 }, { maxSizeBytes: limit = Infinity }) =>
      sizeBytes > limit ? tooLarge(limit, sizeBytes) : undefined,
  ),
  "audio-too-long": otherAudio(
    "audio_too_long",
    "Longer audio than the model takes.",
    ({ durationSeconds = 0 }, { maxDurationSeconds: limit = Infinity }) =>
      durationSeconds > limit
        ? `takes at most ${limit} s (the audio has ${durationSeconds} s)`
        : undefined,
  ),
  "audio-too-short": otherAudio(
    "unsupported_media",
    "Shorter audio than the model takes.",
    ({ durationSeconds = Infinity }, { minDurationSeconds: limit = 0 }) =>
      durationSeconds < limit
        ? `needs at least ${limit} s (the audio has ${durationSeconds} s)`
        : undefined,
  ),
  "media-type": otherAudio(
    "unsupported_media",
    "A container or codec that the provider does not read.",
    ({ mediaType }, { mediaTypes }) => {
      const plain = mediaTypes === "any" ? undefined : toPlainMediaType(mediaType);
      return mediaTypes === "any" || plain === undefined || mediaTypesIn(mediaTypes).has(plain)
        ? undefined
        : `does not take ${plain}`;
    },
  ),
  "word-times": cannotGive("timestamp_granularities", "Times of single words.", (asked, can) =>
    can.wordTimestamps === "none" && needsOf(asked).words ? "gives no word times" : undefined,
  ),
  "segment-times": cannotGive(
    "response_format",
    "Segments or subtitles from a model without times.",
    (asked, can) =>
      lacksTimes(asked, can) && !isUrlAsCues(asked) ? "gives no segment times" : undefined,
  ),
  "subtitles-of-url": cannot(
    "response_format",
    "Subtitles of audio by its address from a model without times: its length is unknown.",
    (asked, can) =>
      isUrlAsCues(asked) && lacksTimes(asked, can)
        ? "gives no segment times, nor the length of a URL's audio to estimate them from"
        : undefined,
  ),
  "speakers-in-format": cannotGive("response_format", "`diarized_json`.", (asked, can) =>
    asked.responseFormat === "diarized_json" && lacksSpeakers(asked, can) && !isNative(asked, can)
      ? "tells no speakers apart"
      : undefined,
  ),
  speakers: cannotGive("diarize", "Speakers, in another format.", (asked, can) =>
    asked.responseFormat !== "diarized_json" && lacksSpeakers(asked, can)
      ? "tells no speakers apart"
      : undefined,
  ),
  "known-speakers": cannotTake(
    "known_speaker_names",
    "More voices to be named from reference clips than the model takes.",
    ({ knownSpeakers: { length } }, { maxKnownSpeakers: limit }) => {
      if (length <= limit) return undefined;
      return limit === 0 ? "takes no known speakers" : tooMany(limit, "known speaker", length);
    },
  ),
  logprobs: cannotGive("include", "Log probabilities of tokens.", ({ include }, can) =>
    include.includes("logprobs") && !can.logprobs ? "gives no logprobs" : undefined,
  ),
  language: cannotTake("language", "A language that the model does not know.", (asked, can) => {
    const { languages } = can;
    if (languages === "any" || asked.languages.length === 0) return undefined;
    const known = languagesIn(languages);
    const missing = asked.languages.filter((hint) => !known.has(isoLanguageOf(hint)));
    if (missing.length === 0) return undefined;
    return `does not know the language ${missing.join(", ")}${onlyOf(languages)}`;
  }),
  "prompt-length": cannotTake("prompt", "A longer prompt than the model takes.", (asked, can) => {
    const { maxPromptCharacters: limit = Infinity } = can;
    const length = asked.prompt?.length ?? 0;
    return can.prompt && length > limit
      ? `takes a prompt of at most ${limit} characters (it has ${length})`
      : undefined;
  }),
  "keyword-count": cannotTake("keywords", "More keywords than the model takes.", (asked, can) => {
    const { maxKeywords: limit = Infinity } = can;
    const { length } = asked.keywords;
    return can.keywords && length > limit ? tooMany(limit, "keyword", length) : undefined;
  }),
  "keyword-form": cannotTake(
    "keywords",
    "A keyword that is too long for the model, or holds a character that it refuses.",
    ({ keywords }, { keywords: takes, maxKeywordCharacters, forbiddenKeywordCharacters = "" }) => {
      if (!takes) return undefined;
      const forbidden = Array.from(forbiddenKeywordCharacters).find((character) =>
        keywords.some((each) => each.includes(character)),
      );
      if (forbidden !== undefined) return `takes no keyword with \`${forbidden}\``;
      const limit = maxKeywordCharacters ?? Infinity;
      return keywords.some(({ length }) => length > limit)
        ? `takes keywords of at most ${limit} characters`
        : undefined;
    },
  ),
  "estimated-words": estimate(
    "timestamp_granularities",
    "Word times that are computed.",
    (asked, can) =>
      can.wordTimestamps === "estimated" && needsOf(asked).words
        ? "estimates word times"
        : undefined,
  ),
  "imitated-stream": estimate("stream", "A stream that comes in one piece.", ({ stream }, can) =>
    stream && !can.streaming ? "answers in one piece" : undefined,
  ),
  prompt: ignore("prompt", "A prompt.", ({ prompt }, can) =>
    prompt !== undefined && !can.prompt ? "takes no prompt" : undefined,
  ),
  // A model that takes a prompt listens for the terms there.
  keywords: ignore("keywords", "Keywords.", ({ keywords }, can) =>
    keywords.length > 0 && !can.keywords && !can.prompt ? "takes no keywords" : undefined,
  ),
  temperature: ignore("temperature", "A temperature.", ({ temperature }, can) =>
    temperature !== undefined && !can.temperature ? "takes no temperature" : undefined,
  ),
  "language-hints": ignore(
    "languages",
    "More language hints than the model takes.",
    (asked, can) => {
      const { maxLanguageHints: limit = Infinity } = can;
      return asked.languages.length > limit
        ? tooMany(limit, "language hint", asked.languages.length)
        : undefined;
    },
  ),
  "voice-activity": ignore(
    "chunking_strategy",
    "Settings of how speech is found.",
    ({ chunkingStrategy }, { chunkingStrategy: takes = true }) =>
      typeof chunkingStrategy === "object" && !takes
        ? "finds the speech in the audio by itself"
        : undefined,
  ),
};
