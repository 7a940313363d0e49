import type { TranscriptionError } from "@earshot/core";
import { classifyHttpFailure } from "@earshot/provider-kit";
import type { HttpFailure, VendorNames } from "@earshot/provider-kit";

const NAMES: VendorNames = {
  codes: {
    invalid_model: "provider_model_not_found",
    rate_limited: "rate_limited",
    service_tier_capacity_exceeded: "overloaded",
  },
  params: { context_bias: "keywords", file_url: "url" },
};

const paramOf = ({ code, message, param }: TranscriptionError): string | undefined => {
  if (/could not be fetched|audio from '?https?:/iu.test(message)) return "url";
  return code === "provider_model_not_found" ? "model" : param;
};

/**
 * Classifies a refusal: Mistral's error is flat, with the sentence in `message` and its kind in
 * `type`, or FastAPI's `detail`, or that one in `message`.
 *
 * @see https://docs.mistral.ai/resources/known-limitations
 */
export function classifyMistralError(failure: HttpFailure): TranscriptionError {
  const error = classifyHttpFailure(failure, NAMES);
  return error.with({ param: paramOf(error) });
}
