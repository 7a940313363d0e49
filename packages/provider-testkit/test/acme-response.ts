import { toIsoLanguage, TranscriptionError } from "@earshot/core";
import type { Segment, TokenLogprob, Transcript, Warning, Word } from "@earshot/core";
import { asArray, asNumber, asRecord, asSeconds, asString } from "@earshot/provider-kit";

const toSeconds = (milliseconds: unknown): number | undefined => {
  const value = asNumber(milliseconds);
  return value === undefined ? undefined : asSeconds(value / 1000);
};

const toTimes = (fields: Readonly<Record<string, unknown>> | undefined) => {
  const startSeconds = toSeconds(fields?.["from_ms"]);
  const endSeconds = toSeconds(fields?.["to_ms"]);
  if (startSeconds === undefined || endSeconds === undefined) return undefined;
  return endSeconds < startSeconds ? undefined : { startSeconds, endSeconds };
};

const toSpan = (value: unknown): (Word & Segment) | undefined => {
  const fields = asRecord(value);
  const times = toTimes(fields);
  const text = asString(fields?.["w"])?.trim();
  if (times === undefined || text === undefined || text === "") return undefined;
  const speaker = asString(fields?.["who"]);
  return {
    text,
    ...times,
    ...(speaker === undefined ? {} : { speaker }),
  };
};

const toSpans = (value: unknown): readonly (Word & Segment)[] =>
  asArray(value)
    .map(toSpan)
    .filter((span) => span !== undefined);

const toLogprobs = (value: unknown): readonly TokenLogprob[] =>
  asArray(value).flatMap((item) => {
    const token = asString(asRecord(item)?.["token"]);
    const logprob = asNumber(asRecord(item)?.["logprob"]);
    return token === undefined || logprob === undefined ? [] : [{ token, logprob }];
  });

const filled = <T>(items: readonly T[]): readonly T[] | undefined =>
  items.length === 0 ? undefined : items;

/** Reads Acme's answer; throws `bad_response` when it holds no text. */
export function fromAcmeResponse(raw: unknown, warnings: readonly Warning[]): Transcript {
  const body = asRecord(raw) ?? {};
  const text = asString(body["text"]);
  if (text === undefined) {
    const details = { provider: "acme" };
    throw new TranscriptionError("bad_response", "acme answered without a text.", details);
  }
  const language = toIsoLanguage(asString(body["language"]) ?? "");
  const durationSeconds = toSeconds(body["duration_ms"]);
  const words = filled(toSpans(body["words"]));
  const segments = filled(toSpans(body["sentences"]));
  const logprobs = filled(toLogprobs(body["logprobs"]));
  return {
    text: text.trim(),
    warnings,
    raw,
    ...(language === undefined ? {} : { language }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(words === undefined ? {} : { words }),
    ...(segments === undefined ? {} : { segments }),
    ...(logprobs === undefined ? {} : { logprobs }),
  };
}
