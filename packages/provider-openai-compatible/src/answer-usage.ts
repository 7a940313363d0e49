import { collectWork, doAtOnce } from "@earshot/core";
import type { LongWork, TokenLogprob, Usage } from "@earshot/core";
import { asArray, asNumber, asRecord, asSeconds, asString } from "@earshot/provider-kit";

/** Nobody bills less than nothing. */
const asCount = (value: unknown): number | undefined => {
  const count = asNumber(value);
  return count === undefined || count < 0 ? undefined : count;
};

const toTokenUsage = (usage: Record<string, unknown>): Usage | undefined => {
  // Servers with chat-like streams count prompt and completion tokens.
  const inputTokens = asCount(usage["input_tokens"] ?? usage["prompt_tokens"]);
  const outputTokens = asCount(usage["output_tokens"] ?? usage["completion_tokens"]);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const details = asRecord(usage["input_token_details"]);
  const inputTextTokens = asCount(details?.["text_tokens"]);
  const inputAudioTokens = asCount(details?.["audio_tokens"]);
  return {
    type: "tokens",
    inputTokens,
    outputTokens,
    totalTokens: asCount(usage["total_tokens"]) ?? inputTokens + outputTokens,
    ...(inputTextTokens === undefined ? {} : { inputTextTokens }),
    ...(inputAudioTokens === undefined ? {} : { inputAudioTokens }),
  };
};

/** What the server bills, in seconds or tokens; undefined when it does not say. */
export function toUsage(value: unknown): Usage | undefined {
  const usage = asRecord(value);
  if (usage === undefined) return undefined;
  const seconds = asSeconds(usage["seconds"]);
  // Some answers leave `type` out, so the numbers decide.
  return toTokenUsage(usage) ?? (seconds === undefined ? undefined : { type: "duration", seconds });
}

const toLogprob = (value: unknown): TokenLogprob | undefined => {
  const fields = asRecord(value);
  const token = asString(fields?.["token"]);
  const logprob = asNumber(fields?.["logprob"]);
  if (token === undefined || logprob === undefined) return undefined;
  const bytes = fields?.["bytes"];
  if (!Array.isArray(bytes)) return { token, logprob };
  return { token, logprob, bytes: asArray(bytes).flatMap((byte) => asNumber(byte) ?? []) };
};

/** As `toLogprobs`, as long work. */
export function* logprobsWork(value: unknown): LongWork<readonly TokenLogprob[] | undefined> {
  return Array.isArray(value) ? yield* collectWork(asArray(value), toLogprob) : undefined;
}

/** Token probabilities; undefined when the answer holds none. */
export const toLogprobs = (value: unknown): readonly TokenLogprob[] | undefined =>
  doAtOnce(logprobsWork(value));
