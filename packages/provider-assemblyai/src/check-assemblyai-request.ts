import { capabilitiesOf, TranscriptionError } from "@earshot/core";
import type { ErrorCode, TranscriptionRequest } from "@earshot/core";
import { checkRequest } from "@earshot/provider-kit";
import { assemblyaiCapabilities } from "./assemblyai-capabilities.ts";
import { REFUSED_OPTIONS } from "./assemblyai-options.ts";
import { keytermsOf } from "./keyterms.ts";

const KIND = "assemblyai";
const MAXIMUM_PROMPT_WORDS = 1500;
const MAXIMUM_TERM_WORDS = 6;
const MAXIMUM_TERMS = 1000;
const MAXIMUM_TERMS_UNIVERSAL_2 = 200;

interface Problem {
  readonly code?: ErrorCode;
  readonly param: string;
  readonly message: string;
}

type Check = (request: TranscriptionRequest) => Problem | undefined;

const countWords = (text: string): number => text.trim().split(/\s+/u).length;

const CHECKS: readonly Check[] = [
  ({ options }) => {
    const param = Object.keys(options).find((name) => REFUSED_OPTIONS.has(name));
    if (param === undefined) return undefined;
    const message = `'${param}' cannot be sent to AssemblyAI. ${REFUSED_OPTIONS.get(param) ?? ""}`;
    return { code: "unsupported_feature", param, message };
  },
  ({ model, prompt = "" }) => {
    const words = countWords(prompt);
    return capabilitiesOf(assemblyaiCapabilities, model).prompt && words > MAXIMUM_PROMPT_WORDS
      ? {
          param: "prompt",
          message: `The prompt has ${words} words, AssemblyAI takes up to ${MAXIMUM_PROMPT_WORDS}.`,
        }
      : undefined;
  },
  (request) => {
    const { model } = request;
    const most = model === "universal-2" ? MAXIMUM_TERMS_UNIVERSAL_2 : MAXIMUM_TERMS;
    const count = keytermsOf(request).length;
    return count > most
      ? { param: "keywords", message: `${model} takes up to ${most} keywords, not ${count}.` }
      : undefined;
  },
  (request) => {
    const term = keytermsOf(request).find((text) => countWords(text) > MAXIMUM_TERM_WORDS);
    return term === undefined
      ? undefined
      : {
          param: "keywords",
          message: `AssemblyAI takes keywords of up to ${MAXIMUM_TERM_WORDS} words, '${term}' has more.`,
        };
  },
];

/**
 * Refuses what AssemblyAI would refuse, before any audio is sent, with `param`.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/keyterms-prompting
 */
export function checkAssemblyaiRequest(request: TranscriptionRequest): void {
  checkRequest({ kind: KIND, capabilities: assemblyaiCapabilities }, request);
  for (const check of CHECKS) {
    const problem = check(request);
    if (problem === undefined) continue;
    const { code = "invalid_request", param, message } = problem;
    throw new TranscriptionError(code, message, { param, provider: KIND });
  }
}
