import { capabilitiesOf, TranscriptionError } from "@earshot/core";
import type { ErrorCode, TranscriptionRequest } from "@earshot/core";
import { asArray, checkRequest } from "@earshot/provider-kit";
import type { CheckedRequest } from "@earshot/provider-kit";
import { assemblyaiCapabilities } from "./assemblyai-models.ts";
import { REFUSED_OPTIONS } from "./assemblyai-options.ts";

const KIND = "assemblyai";
const MAXIMUM_PROMPT_WORDS = 1500;
const MAXIMUM_TERM_WORDS = 6;

/** The keywords and the option of AssemblyAI's own name, each once. */
export function keytermsOf({ keywords, options }: TranscriptionRequest): readonly string[] {
  const own = asArray(options["keyterms_prompt"]).filter((term) => typeof term === "string");
  return [...new Set([...keywords, ...own])];
}

const countWords = (text: string): number => text.trim().split(/\s+/u).length;

const refuse = (
  param: string,
  message: string,
  code: ErrorCode = "invalid_request",
): TranscriptionError => new TranscriptionError(code, message, { param, provider: KIND });

const checkTerms = (request: TranscriptionRequest): void => {
  const { model } = request;
  const terms = keytermsOf(request);
  const { maxKeywords: most = Infinity } = capabilitiesOf(assemblyaiCapabilities, model);
  if (terms.length > most)
    throw refuse("keywords", `${model} takes up to ${most} keywords, not ${terms.length}.`);
  const long = terms.find((text) => countWords(text) > MAXIMUM_TERM_WORDS);
  if (long !== undefined)
    throw refuse(
      "keywords",
      `AssemblyAI takes keywords of up to ${MAXIMUM_TERM_WORDS} words, '${long}' has more.`,
    );
};

/**
 * The request as AssemblyAI takes it. Throws an error with `param`, before any audio is sent, for what
 * it would refuse.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/keyterms-prompting
 */
export function checkAssemblyaiRequest(asked: TranscriptionRequest): CheckedRequest {
  const checked = checkRequest({ kind: KIND, capabilities: assemblyaiCapabilities }, asked);
  const { prompt = "", options } = checked.request;
  for (const [param, reason] of REFUSED_OPTIONS)
    if (Object.hasOwn(options, param))
      throw refuse(
        param,
        `'${param}' cannot be sent to AssemblyAI. ${reason}`,
        "unsupported_feature",
      );
  const words = countWords(prompt);
  if (words > MAXIMUM_PROMPT_WORDS)
    throw refuse(
      "prompt",
      `The prompt has ${words} words, AssemblyAI takes up to ${MAXIMUM_PROMPT_WORDS}.`,
    );
  checkTerms(checked.request);
  return checked;
}
