import { TranscriptionError } from "@earshot/core";
import type { TranscriptionRequest } from "@earshot/core";
import { familyOf, vocabularyParameterOf } from "./deepgram-models.ts";
import { listOption } from "./query-fields.ts";
import type { QueryField } from "./query-fields.ts";

type Parameter = "keyterm" | "keywords";

/** A term and the name of the field it came in. */
interface Term {
  readonly text: string;
  readonly param: string;
}

const MAXIMUM_KEYWORDS = 100;
const MAXIMUM_KEYTERM_TOKENS = 500;

/** `Earshot:2`, but not `16:9`. */
const WEIGHTED = /\p{L}\s*:\s*-?\d+(?:\.\d+)?$/u;
const KEYWORD = /^[^:]+(?::-?\d+(?:\.\d+)?)?$/u;

const refuse = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param, provider: "deepgram" });

const checkTerm = ({ text, param }: Term, model: string): void => {
  if (text.trim() === "" || /[\r\n\u2028\u2029]/u.test(text)) {
    throw refuse(param, `A term of \`${param}\` is empty or holds a line break.`);
  }
  if (vocabularyParameterOf(familyOf(model)) === "keyterm") {
    if (!WEIGHTED.test(text)) return;
    const message = `\`${text}\` carries a weight, which ${model} would take for a part of the term. Send the term alone.`;
    throw refuse(param, message);
  }
  if (KEYWORD.test(text)) return;
  const message = `\`${text}\` is no keyword of ${model}: write \`word\` or \`word:boost\` with a number.`;
  throw refuse(param, message);
};

/** Tokens are not words, but no word has less than one. */
const countWords = (terms: readonly Term[]): number =>
  terms.reduce((sum, { text }) => sum + text.trim().split(/\s+/u).length, 0);

const checkNumber = (terms: readonly Term[], parameter: Parameter, model: string): void => {
  const param = terms.at(-1)?.param ?? "keywords";
  if (parameter === "keywords" && terms.length > MAXIMUM_KEYWORDS) {
    const message = `${model} takes up to ${MAXIMUM_KEYWORDS} keywords, not ${terms.length}.`;
    throw refuse(param, message);
  }
  const words = countWords(terms);
  if (parameter === "keyterm" && words > MAXIMUM_KEYTERM_TOKENS) {
    const message = `The key terms have ${words} words together, ${model} takes up to ${MAXIMUM_KEYTERM_TOKENS} tokens.`;
    throw refuse(param, message);
  }
};

const checkParameter = (
  { model, options }: Pick<TranscriptionRequest, "model" | "options">,
  parameter: Parameter | undefined,
): void => {
  for (const name of ["keyterm", "keywords"] as const) {
    if (options[name] === undefined || name === parameter) continue;
    const remedy = parameter === undefined ? "It has no vocabulary." : `Send \`${parameter}\`.`;
    throw new TranscriptionError(
      "unsupported_feature",
      `${model} does not take the option \`${name}\`. ${remedy}`,
      { param: name, provider: "deepgram" },
    );
  }
};

/**
 * The terms to listen for, as `keyterm` (Nova-3) or `keywords` (older models), each with a parameter
 * of its own; none for Whisper. Throws `invalid_request` for what Deepgram would misread or refuse,
 * and `unsupported_feature` for an option that belongs to other models.
 *
 * @see https://developers.deepgram.com/docs/keyterm
 * @see https://developers.deepgram.com/docs/keywords
 */
export function toVocabularyParameters(
  request: Pick<TranscriptionRequest, "model" | "keywords" | "options">,
): readonly QueryField[] {
  const { model, keywords, options } = request;
  const parameter = vocabularyParameterOf(familyOf(model));
  checkParameter(request, parameter);
  if (parameter === undefined) return [];
  const terms: readonly Term[] = [
    ...keywords.map((text) => ({ text, param: "keywords" })),
    ...listOption(options, parameter).map((text) => ({ text, param: parameter })),
  ];
  for (const term of terms) checkTerm(term, model);
  checkNumber(terms, parameter, model);
  return terms.map(({ text }): QueryField => [parameter, text.trim()]);
}
