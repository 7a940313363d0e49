import { doAtOnce, mapWork } from "@earshot/core";
import type { JsonObject, LongWork, TokenLogprob, Transcript, Usage } from "@earshot/core";
import { finite, integer } from "./json-number.ts";

/** Billed seconds are whole, rounded up. */
function usageBody(usage: Usage): JsonObject {
  if (usage.type === "duration")
    return { type: "duration", seconds: Math.ceil(finite(usage.seconds)) };
  const { inputTextTokens, inputAudioTokens } = usage;
  const details = {
    ...(inputTextTokens === undefined ? {} : { text_tokens: integer(inputTextTokens) }),
    ...(inputAudioTokens === undefined ? {} : { audio_tokens: integer(inputAudioTokens) }),
  };
  return {
    type: "tokens",
    input_tokens: integer(usage.inputTokens),
    ...(Object.keys(details).length === 0 ? {} : { input_token_details: details }),
    output_tokens: integer(usage.outputTokens),
    total_tokens: integer(usage.totalTokens),
  };
}

const logprobsWork = (logprobs: readonly TokenLogprob[]): LongWork<readonly JsonObject[]> =>
  mapWork(logprobs, ({ token, logprob, bytes }) => ({
    token,
    logprob: finite(logprob),
    ...(bytes === undefined ? {} : { bytes: bytes.map(integer) }),
  }));

/** OpenAI's list of tokens with their probabilities. */
export const logprobsBody = (logprobs: readonly TokenLogprob[]): readonly JsonObject[] =>
  doAtOnce(logprobsWork(logprobs));

/** The fields that close every JSON answer: usage as reported, warnings only if there are any. */
export const closingFields = ({ usage, warnings }: Transcript): JsonObject => ({
  ...(usage === undefined ? {} : { usage: usageBody(usage) }),
  ...(warnings.length === 0
    ? {}
    : { warnings: warnings.map(({ param, message }) => ({ param, message })) }),
});

/** What the `json` format adds to the text. */
export function* jsonFields({ languages, logprobs }: Transcript): LongWork<JsonObject> {
  return {
    ...(languages === undefined ? {} : { languages: languages.map((code) => ({ code })) }),
    ...(logprobs === undefined ? {} : { logprobs: yield* logprobsWork(logprobs) }),
  };
}
