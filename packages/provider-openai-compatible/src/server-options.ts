import type { OptionSpec, OptionTable } from "@earshot/core";

type NumberSpec = Extract<OptionSpec, { type: "number" }>;

const flag = (description: string): OptionSpec => ({ type: "boolean", description });
const number = (
  description: string,
  bounds: Pick<NumberSpec, "minimum" | "maximum" | "integer"> = {},
): OptionSpec => ({ type: "number", ...bounds, description });

const INTEGER = { integer: true } as const;
const COUNT = { minimum: 1, integer: true } as const;
const NATURAL = { minimum: 0, integer: true } as const;
const POSITIVE = { minimum: 0 } as const;
const SHARE = { minimum: 0, maximum: 1 } as const;

/**
 * The form fields of whisper.cpp's server besides OpenAI's.
 *
 * @see https://github.com/ggml-org/whisper.cpp/tree/master/examples/server
 */
const whisperCppOptions: OptionTable = {
  best_of: number("whisper.cpp: candidates to keep when sampling, default 2.", COUNT),
  beam_size: number(
    "whisper.cpp: width of the beam search; -1, the default, samples greedily.",
    INTEGER,
  ),
  temperature_inc: number(
    "whisper.cpp: added to the temperature after a failed decoding, default 0.2.",
    POSITIVE,
  ),
  offset_t: number("whisper.cpp: where to start in the audio, in milliseconds.", NATURAL),
  offset_n: number("whisper.cpp: added to the numbers of srt cues.", NATURAL),
  duration: number(
    "whisper.cpp: how much of the audio to process, in milliseconds; 0 for all.",
    NATURAL,
  ),
  max_context: number(
    "whisper.cpp: tokens of earlier text to keep in mind; -1 for the model's limit.",
    INTEGER,
  ),
  max_len: number("whisper.cpp: longest segment in characters; needs `token_timestamps`.", NATURAL),
  split_on_word: flag("whisper.cpp: cut long segments between words, not within."),
  audio_ctx: number("whisper.cpp: size of the audio context; 0 for all.", NATURAL),
  word_thold: number("whisper.cpp: probability threshold for word times."),
  entropy_thold: number(
    "whisper.cpp: entropy from which a decoding counts as failed, default 2.4.",
  ),
  logprob_thold: number(
    "whisper.cpp: mean log probability below which a decoding counts as failed.",
  ),
  no_speech_thold: number(
    "whisper.cpp: probability of silence from which a segment is dropped.",
    SHARE,
  ),
  no_timestamps: flag("whisper.cpp: decode without times."),
  token_timestamps: flag(
    "whisper.cpp: times for each token; by default only when words are wanted.",
  ),
  tinydiarize: flag("whisper.cpp: mark speaker turns; needs a tinydiarize model."),
  detect_language: flag("whisper.cpp: only find the language out."),
  carry_initial_prompt: flag(
    "whisper.cpp: put the prompt in front of every window, not the first alone.",
  ),
  suppress_nst: flag("whisper.cpp: leave out tokens that are no speech, such as [music]."),
  suppress_non_speech: flag("whisper.cpp: the older name of `suppress_nst`."),
  no_language_probabilities: flag(
    "whisper.cpp: do not list language probabilities, default true as they cost time.",
  ),
  debug_mode: flag("whisper.cpp: write debug output on the server."),
  vad: flag("whisper.cpp: find speech first; the server needs a model."),
  vad_threshold: number(
    "whisper.cpp: probability from which audio counts as speech, default 0.5.",
    SHARE,
  ),
  vad_min_speech_duration_ms: number(
    "whisper.cpp: shortest speech to keep, default 250.",
    POSITIVE,
  ),
  vad_min_silence_duration_ms: number(
    "whisper.cpp: silence that ends speech, default 100.",
    POSITIVE,
  ),
  vad_max_speech_duration_s: number("whisper.cpp: longer speech is split, in seconds.", POSITIVE),
  vad_speech_pad_ms: number("whisper.cpp: added around speech, default 30.", NATURAL),
  vad_samples_overlap: number(
    "whisper.cpp: overlap of neighbouring stretches, in seconds, default 0.1.",
    POSITIVE,
  ),
};

/** @see https://github.com/speaches-ai/speaches/blob/master/src/speaches/routers/stt.py */
const fasterWhisperOptions: OptionTable = {
  hotwords: {
    type: "string",
    description: "speaches, vLLM: words to listen for, in one text. Wins over `keywords`.",
  },
  vad_filter: flag("Servers on faster-whisper: leave out stretches without speech."),
  without_timestamps: flag(
    "speaches: decode without time tokens, default true; false gives finer segments.",
  ),
};

/** @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#transcriptions-api */
const vllmOptions: OptionTable = {
  top_p: number(
    "vLLM: sample from the smallest set of tokens whose probability exceeds this.",
    SHARE,
  ),
  top_k: number("vLLM: sample from this many of the most probable tokens.", INTEGER),
  min_p: number("vLLM: leave out tokens below this share of the best one's probability.", SHARE),
  seed: number("vLLM: seed for sampling.", INTEGER),
  frequency_penalty: number("vLLM: lowers tokens by how often they came."),
  presence_penalty: number("vLLM: lowers tokens that came before."),
  repetition_penalty: number("vLLM: above 1 lowers tokens that came before."),
  max_completion_tokens: number("vLLM: the most tokens to write.", COUNT),
  use_beam_search: flag("vLLM: search with beams, default false."),
  n: number("vLLM: number of beams, default 1.", COUNT),
  length_penalty: number("vLLM: favours longer beams above 1."),
  include_stop_str_in_output: flag("vLLM: keep the stop string in the text, default false."),
  to_language: {
    type: "string",
    description: "vLLM: language to translate into, for models that can do others than English.",
  },
  stream_include_usage: flag(
    "vLLM: count tokens at the end of a stream; the dialect `vllm` asks for it.",
  ),
  stream_continuous_usage_stats: flag("vLLM: count tokens with each piece of a stream."),
  vllm_xargs: { type: "json", description: "vLLM: arguments for custom extensions." },
};

/** @see https://docs.together.ai/reference/audio-transcriptions */
const togetherOptions: OptionTable = {
  min_speakers: number("Together: the fewest speakers to expect, with `diarize`.", COUNT),
  max_speakers: number("Together: the most speakers to expect, with `diarize`.", COUNT),
};

/** The options of all servers that are known; each goes into the form under its own name. */
export const serverOptions: OptionTable = {
  ...fasterWhisperOptions,
  ...vllmOptions,
  ...togetherOptions,
  ...whisperCppOptions,
};
