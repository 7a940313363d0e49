import type { OptionTable } from "@earshot/core";
import { flagOption, jsonOption, numberOption, textOption } from "@earshot/provider-kit";

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
  best_of: numberOption("whisper.cpp: candidates to keep when sampling, default 2.", COUNT),
  beam_size: numberOption(
    "whisper.cpp: width of the beam search; -1, the default, samples greedily.",
    INTEGER,
  ),
  temperature_inc: numberOption(
    "whisper.cpp: added to the temperature after a failed decoding, default 0.2.",
    POSITIVE,
  ),
  offset_t: numberOption("whisper.cpp: where to start in the audio, in milliseconds.", NATURAL),
  offset_n: numberOption("whisper.cpp: added to the numbers of srt cues.", NATURAL),
  duration: numberOption(
    "whisper.cpp: how much of the audio to process, in milliseconds; 0 for all.",
    NATURAL,
  ),
  max_context: numberOption(
    "whisper.cpp: tokens of earlier text to keep in mind; -1 for the model's limit.",
    INTEGER,
  ),
  max_len: numberOption(
    "whisper.cpp: longest segment in characters; needs `token_timestamps`.",
    NATURAL,
  ),
  split_on_word: flagOption("whisper.cpp: cut long segments between words, not within."),
  audio_ctx: numberOption("whisper.cpp: size of the audio context; 0 for all.", NATURAL),
  word_thold: numberOption("whisper.cpp: probability threshold for word times."),
  entropy_thold: numberOption(
    "whisper.cpp: entropy from which a decoding counts as failed, default 2.4.",
  ),
  logprob_thold: numberOption(
    "whisper.cpp: mean log probability below which a decoding counts as failed.",
  ),
  no_speech_thold: numberOption(
    "whisper.cpp: probability of silence from which a segment is dropped.",
    SHARE,
  ),
  no_timestamps: flagOption("whisper.cpp: decode without times."),
  token_timestamps: flagOption(
    "whisper.cpp: times for each token; by default only when words are wanted.",
  ),
  tinydiarize: flagOption("whisper.cpp: mark speaker turns; needs a tinydiarize model."),
  detect_language: flagOption("whisper.cpp: only find the language out."),
  carry_initial_prompt: flagOption(
    "whisper.cpp: put the prompt in front of every window, not the first alone.",
  ),
  suppress_nst: flagOption("whisper.cpp: leave out tokens that are no speech, such as [music]."),
  suppress_non_speech: flagOption("whisper.cpp: the older name of `suppress_nst`."),
  no_language_probabilities: flagOption(
    "whisper.cpp: do not list language probabilities, default true as they cost time.",
  ),
  debug_mode: flagOption("whisper.cpp: write debug output on the server."),
  vad: flagOption("whisper.cpp: find speech first; the server needs a model."),
  vad_threshold: numberOption(
    "whisper.cpp: probability from which audio counts as speech, default 0.5.",
    SHARE,
  ),
  vad_min_speech_duration_ms: numberOption(
    "whisper.cpp: shortest speech to keep, default 250.",
    POSITIVE,
  ),
  vad_min_silence_duration_ms: numberOption(
    "whisper.cpp: silence that ends speech, default 100.",
    POSITIVE,
  ),
  vad_max_speech_duration_s: numberOption(
    "whisper.cpp: longer speech is split, in seconds.",
    POSITIVE,
  ),
  vad_speech_pad_ms: numberOption("whisper.cpp: added around speech, default 30.", NATURAL),
  vad_samples_overlap: numberOption(
    "whisper.cpp: overlap of neighbouring stretches, in seconds, default 0.1.",
    POSITIVE,
  ),
};

/** @see https://github.com/speaches-ai/speaches/blob/master/src/speaches/routers/stt.py */
const fasterWhisperOptions: OptionTable = {
  hotwords: textOption("speaches, vLLM: words to listen for, in one text. Wins over `keywords`."),
  vad_filter: flagOption("Servers on faster-whisper: leave out stretches without speech."),
  without_timestamps: flagOption(
    "speaches: decode without time tokens, default true; false gives finer segments.",
  ),
};

/** @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#transcriptions-api */
const vllmOptions: OptionTable = {
  top_p: numberOption(
    "vLLM: sample from the smallest set of tokens whose probability exceeds this.",
    SHARE,
  ),
  top_k: numberOption("vLLM: sample from this many of the most probable tokens.", INTEGER),
  min_p: numberOption(
    "vLLM: leave out tokens below this share of the best one's probability.",
    SHARE,
  ),
  seed: numberOption("vLLM: seed for sampling.", INTEGER),
  frequency_penalty: numberOption("vLLM: lowers tokens by how often they came."),
  presence_penalty: numberOption("vLLM: lowers tokens that came before."),
  repetition_penalty: numberOption("vLLM: above 1 lowers tokens that came before."),
  max_completion_tokens: numberOption("vLLM: the most tokens to write.", COUNT),
  use_beam_search: flagOption("vLLM: search with beams, default false."),
  n: numberOption("vLLM: number of beams, default 1.", COUNT),
  length_penalty: numberOption("vLLM: favours longer beams above 1."),
  include_stop_str_in_output: flagOption("vLLM: keep the stop string in the text, default false."),
  to_language: textOption(
    "vLLM: language to translate into, for models that can do others than English.",
  ),
  stream_include_usage: flagOption(
    "vLLM: count tokens at the end of a stream; the dialect `vllm` asks for it.",
  ),
  stream_continuous_usage_stats: flagOption("vLLM: count tokens with each piece of a stream."),
  vllm_xargs: jsonOption("vLLM: arguments for custom extensions."),
};

/** @see https://docs.together.ai/reference/audio-transcriptions */
const togetherOptions: OptionTable = {
  min_speakers: numberOption("Together: the fewest speakers to expect, with `diarize`.", COUNT),
  max_speakers: numberOption("Together: the most speakers to expect, with `diarize`.", COUNT),
};

/** The options of all servers that are known; each goes into the form under its own name. */
export const serverOptions: OptionTable = {
  ...fasterWhisperOptions,
  ...vllmOptions,
  ...togetherOptions,
  ...whisperCppOptions,
};
