import type { OptionTable } from "@earshot/core";
import { whisperCppOptions } from "./whisper-cpp-options.ts";

/** @see https://github.com/speaches-ai/speaches/blob/master/src/speaches/routers/stt.py */
const fasterWhisperOptions = {
  hotwords: {
    type: "string",
    description: "speaches, vLLM: words to listen for, in one text. Wins over `keywords`.",
  },
  vad_filter: {
    type: "boolean",
    description: "Servers on faster-whisper: leave out stretches without speech.",
  },
  without_timestamps: {
    type: "boolean",
    description: "speaches: decode without time tokens, default true; false gives finer segments.",
  },
} as const satisfies OptionTable;

/** @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#transcriptions-api */
const vllmOptions = {
  top_p: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "vLLM: sample from the smallest set of tokens whose probability exceeds this.",
  },
  top_k: {
    type: "number",
    integer: true,
    description: "vLLM: sample from this many of the most probable tokens.",
  },
  min_p: {
    type: "number",
    minimum: 0,
    maximum: 1,
    description: "vLLM: leave out tokens below this share of the best one's probability.",
  },
  seed: { type: "number", integer: true, description: "vLLM: seed for sampling." },
  frequency_penalty: { type: "number", description: "vLLM: lowers tokens by how often they came." },
  presence_penalty: { type: "number", description: "vLLM: lowers tokens that came before." },
  repetition_penalty: {
    type: "number",
    description: "vLLM: above 1 lowers tokens that came before.",
  },
  max_completion_tokens: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "vLLM: the most tokens to write.",
  },
  use_beam_search: { type: "boolean", description: "vLLM: search with beams, default false." },
  n: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "vLLM: number of beams, default 1.",
  },
  length_penalty: { type: "number", description: "vLLM: favours longer beams above 1." },
  include_stop_str_in_output: {
    type: "boolean",
    description: "vLLM: keep the stop string in the text, default false.",
  },
  to_language: {
    type: "string",
    description: "vLLM: language to translate into, for models that can do others than English.",
  },
  stream_include_usage: {
    type: "boolean",
    description: "vLLM: count tokens at the end of a stream; the dialect `vllm` asks for it.",
  },
  stream_continuous_usage_stats: {
    type: "boolean",
    description: "vLLM: count tokens with each piece of a stream.",
  },
  vllm_xargs: { type: "json", description: "vLLM: arguments for custom extensions." },
} as const satisfies OptionTable;

/** @see https://docs.together.ai/reference/audio-transcriptions */
const togetherOptions = {
  min_speakers: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "Together: the fewest speakers to expect, with `diarize`.",
  },
  max_speakers: {
    type: "number",
    minimum: 1,
    integer: true,
    description: "Together: the most speakers to expect, with `diarize`.",
  },
} as const satisfies OptionTable;

/** The options of all servers that are known; each goes into the form under its own name. */
export const serverOptions: OptionTable = {
  ...fasterWhisperOptions,
  ...vllmOptions,
  ...togetherOptions,
  ...whisperCppOptions,
};
