import type { OptionTable } from "@earshot/core";

/**
 * The form fields of whisper.cpp's server besides OpenAI's.
 *
 * @see https://github.com/ggml-org/whisper.cpp/tree/master/examples/server
 */
export const whisperCppOptions: OptionTable = {
  best_of: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "whisper.cpp: candidates to keep when sampling, default 2.",
  },
  beam_size: {
    type: "number",
    integer: true,
    description: "whisper.cpp: width of the beam search; -1, the default, samples greedily.",
  },
  temperature_inc: {
    type: "number",
    minimum: 0,
    description: "whisper.cpp: added to the temperature after a failed decoding, default 0.2.",
  },
  offset_t: {
    type: "number",
    minimum: 0,
    integer: true,
    description: "whisper.cpp: where to start in the audio, in milliseconds.",
  },
  offset_n: {
    type: "number",
    minimum: 0,
    integer: true,
    description: "whisper.cpp: added to the numbers of srt cues.",
  },
  duration: {
    type: "number",
    minimum: 0,
    integer: true,
    description: "whisper.cpp: how much of the audio to process, in milliseconds; 0 for all.",
  },
  max_context: {
    type: "number",
    integer: true,
    description: "whisper.cpp: tokens of earlier text to keep in mind; -1 for the model's limit.",
  },
  max_len: {
    type: "number",
    minimum: 0,
    integer: true,
    description: "whisper.cpp: longest segment in characters; needs `token_timestamps`.",
  },
  split_on_word: {
    type: "boolean",
    description: "whisper.cpp: cut long segments between words, not within.",
  },
  audio_ctx: {
    type: "number",
    minimum: 0,
    integer: true,
    description: "whisper.cpp: size of the audio context; 0 for all.",
  },
  word_thold: { type: "number", description: "whisper.cpp: probability threshold for word times." },
  entropy_thold: {
    type: "number",
    description: "whisper.cpp: entropy from which a decoding counts as failed, default 2.4.",
  },
  logprob_thold: {
    type: "number",
    description: "whisper.cpp: mean log probability below which a decoding counts as failed.",
  },
  no_speech_thold: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "whisper.cpp: probability of silence from which a segment is dropped.",
  },
  no_timestamps: { type: "boolean", description: "whisper.cpp: decode without times." },
  token_timestamps: {
    type: "boolean",
    description: "whisper.cpp: times for each token; by default only when words are wanted.",
  },
  tinydiarize: {
    type: "boolean",
    description: "whisper.cpp: mark speaker turns; needs a tinydiarize model.",
  },
  detect_language: {
    type: "boolean",
    description: "whisper.cpp: only find the language out.",
  },
  carry_initial_prompt: {
    type: "boolean",
    description: "whisper.cpp: put the prompt in front of every window, not the first alone.",
  },
  suppress_nst: {
    type: "boolean",
    description: "whisper.cpp: leave out tokens that are no speech, such as [music].",
  },
  suppress_non_speech: {
    type: "boolean",
    description: "whisper.cpp: the older name of `suppress_nst`.",
  },
  no_language_probabilities: {
    type: "boolean",
    description: "whisper.cpp: do not list language probabilities, default true as they cost time.",
  },
  debug_mode: { type: "boolean", description: "whisper.cpp: write debug output on the server." },
  vad: {
    type: "boolean",
    description: "whisper.cpp: find speech first; the server needs a model.",
  },
  vad_threshold: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "whisper.cpp: probability from which audio counts as speech, default 0.5.",
  },
  vad_min_speech_duration_ms: {
    type: "number",
    minimum: 0,
    description: "whisper.cpp: shortest speech to keep, default 250.",
  },
  vad_min_silence_duration_ms: {
    type: "number",
    minimum: 0,
    description: "whisper.cpp: silence that ends speech, default 100.",
  },
  vad_max_speech_duration_s: {
    type: "number",
    minimum: 0,
    description: "whisper.cpp: longer speech is split, in seconds.",
  },
  vad_speech_pad_ms: {
    type: "number",
    minimum: 0,
    integer: true,
    description: "whisper.cpp: added around speech, default 30.",
  },
  vad_samples_overlap: {
    type: "number",
    minimum: 0,
    description: "whisper.cpp: overlap of neighbouring stretches, in seconds, default 0.1.",
  },
};
