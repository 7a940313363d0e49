import { asArray, asNumber, asRecord, asString } from "@earshot/provider-kit";
import type { Decoded } from "./speech-engine.ts";

const NOTHING: Decoded = { text: "", tokens: [], timestamps: [], durations: [], language: "" };

const numbers = (value: unknown): readonly number[] =>
  asArray(value).flatMap((item) => asNumber(item) ?? []);

/**
 * Reads sherpa-onnx's result. Nothing comes of one that is no JSON: the engine does not escape
 * control characters that a model puts into its text.
 */
export function readDecoded(result: () => unknown): Decoded {
  let value: unknown;
  try {
    value = result();
  } catch (error) {
    if (error instanceof SyntaxError) return NOTHING;
    throw error;
  }
  const record = asRecord(value) ?? {};
  return {
    text: (asString(record["text"]) ?? "").trim(),
    tokens: asArray(record["tokens"]).flatMap((token) => asString(token) ?? []),
    timestamps: numbers(record["timestamps"]),
    durations: numbers(record["durations"]),
    language: asString(record["lang"]) ?? "",
  };
}
