import { TranscriptionError } from "@earshot/core";
import type { TranscriptionRequest } from "@earshot/core";
import { checkRequest } from "@earshot/provider-kit";
import type { KeywordRules, RequestLimits } from "@earshot/provider-kit";
import { contextBiasOf } from "./to-mistral-request.ts";
import { generationOf } from "./voxtral-models.ts";

const MAXIMUM_TERMS = 100;
const MAXIMUM_URL_CHARACTERS = 2083;

/** Before version 3 a comma ends a term; version 3 takes terms of any kind and number. */
const OLD_RULES: KeywordRules = { forbiddenKeywordCharacters: ",", maxKeywords: MAXIMUM_TERMS };

/** What is wrong with the terms of a model before version 3. */
const problemOfTerms = (terms: readonly string[]): string | undefined => {
  if (terms.length > MAXIMUM_TERMS) return `up to ${MAXIMUM_TERMS} terms, not ${terms.length}`;
  const strange = terms.find((term) => term.includes(","));
  return strange === undefined ? undefined : `no commas in terms, as in '${strange}'`;
};

/**
 * Refuses what Mistral would refuse, before any audio is sent: throws an error with `param` for what
 * `checkRequest` looks at, a model of the realtime API, too many terms or too long a URL.
 */
export function checkMistralRequest(limits: RequestLimits, request: TranscriptionRequest): void {
  const { kind: provider } = limits;
  const { model, audio } = request;
  if (model.includes("realtime"))
    throw new TranscriptionError(
      "unsupported_feature",
      `Mistral serves ${model} over a WebSocket only. Use voxtral-mini-transcribe-latest for files.`,
      { param: "model", provider },
    );
  const isOld = generationOf(model) < 3;
  checkRequest(limits, request, isOld ? OLD_RULES : {});
  const problem = isOld ? problemOfTerms(contextBiasOf(request)) : undefined;
  if (problem !== undefined)
    throw new TranscriptionError("invalid_request", `The model '${model}' takes ${problem}.`, {
      param: "context_bias",
      provider,
    });
  if (audio.type === "url" && audio.url.length > MAXIMUM_URL_CHARACTERS)
    throw new TranscriptionError(
      "invalid_request",
      `The URL has ${audio.url.length} characters, Mistral takes up to ${MAXIMUM_URL_CHARACTERS}.`,
      { param: "url", provider },
    );
}
