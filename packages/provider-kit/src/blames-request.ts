import { excerptOf, mayBeOwnTrouble, tellsOfMachine } from "./failure-signs.ts";
import { isSentence } from "./plausible-text.ts";
import type { VendorError } from "./vendor-error.ts";

/** Statuses that may mean the request; any of the headers (431) are none of the client's. */
const MAY_BLAME_REQUEST: ReadonlySet<number> = new Set([400, 405, 406, 409, 412, 414, 422]);

/** A service that is called by what it works at, such as a speech engine or a language model. */
const MACHINERY =
  "(?!s?[ -](?:\\w+[ -])?(?:services?|servers?|engines?|back-?ends?|models?|apis?|systems?|descriptors?|handles?|workers?|pipelines?|processors?|cards?|devices?|drivers?|caches?|queues?|nodes?|clusters?|storage|store|librar\\w+|modules?|encoders?|decoders?|endpoints?|daemons?|hosts?|gateway|subsystem|detectors?|recogni[sz]ers?)\\b)";

/** The audio and the fields of a request, as vendors call them. */
const OBJECT = new RegExp(
  `\\b(?:[a-z]+_)*(?:audio|files?|media|recordings?|speech|voice|sound|languages?|prompts?|temperature|(?:response|output)?[ _]?formats?|timestamps?(?:_\\w+)?|granularit\\w+|duration|sample[ _-]?rates?|samples?|bit ?rate|channels?|codec|encoding|keywords?|keyterms?|hotwords?|vocabulary|speakers?(?:_\\w+)?|diari[sz]\\w+|chunking\\w*|logprobs|granularity)\\b${MACHINERY}`,
  "iu",
);
const COMPLAINT =
  /\b(?:must|should|cannot|can ?not|can't|could not|couldn't|unable|fail\w*|invalid|not|isn't|aren't|doesn't|don't|no|unknown|unsupported|missing|required?s?|bad|wrong|malformed|illegal|unrecogni[sz]ed|unexpected|too|exceed\w*|out of|only|empty|expected|please|between|at (?:least|most)|conflict\w*|duplicate|silen\w+|corrupt\w*|broken|damaged|unreadable|incomplete|truncated|longer|shorter|larger|smaller|greater|less|more than|maximum|minimum|max|min|limit\w*|without|specify|provide|supply|needs?|incompatible|error)\b/iu;

const FIELDS = "(?:param(?:eter)?s?|fields?|arguments?|options?|values?|inputs?)";
/** Complaints about a field whose name is not among those above. */
const ANY_FIELD = new RegExp(
  `\\b(?:missing|unknown|invalid|unrecogni[sz]ed|unsupported|required|illegal|bad|unexpected|extra|duplicate)\\b(?: \\w+){0,3} ${FIELDS}\\b|\\b${FIELDS}\\b[^.;]{0,60}\\b(?:must|cannot|should|missing|required|invalid|unknown|not|too|out of)\\b|^validation (?:error|failed)$`,
  "iu",
);

/** Words that name an audio without blaming it. */
const VAGUE =
  /\bwent wrong\b|\b(?:errors?|problems?|exceptions?) (?:occurred|happened)\b|\b(?:fail\w*|errors?|problems?|trouble|unable|could not|couldn't|cannot|can't)(?: (?:to|in|on|while|when|during|be))* (?:process|transcrib|handl|infer|analy[sz])\w*|\b(?:transcription|inference|processing|search|prediction|generation|recognition) (?:failed|error)/iu;

/** The model is the operator's, and a file that was not found is no broken one: elsewhere it may do. */
const ELSEWHERE =
  /\b(?:find|locate) (?:\w+ ){0,2}model\b|\b(?:this|that|selected|requested|current|configured|another|other|different|chosen|loaded) model\b|['"`](?:model|deployment|engine)(?:_?id|_?name)?['"`]|\b(?:param(?:eter)?|field|argument|option|value|property)s?\b[ :]{0,3}(?:for |of |named )?['"`]?(?:model|deployment|engine|api[-_ ]?key|authori[sz]ation|token|organi[sz]ation|project)\b|\binvalid ur[il]\b|\b(?:field|param(?:eter)?|property|value) (?:is )?(?:required|missing)[ :]+['"`]?model\b|^['"`]?(?:body\.)?model['"`]?: |\bfiles? (?:was |is |could )?not (?:be )?found\b/iu;

/** Codes are read like sentences: `missing_required_parameter`, `AudioTooQuiet`. */
const toWords = (code: string): string =>
  code.replace(/(?<=[a-z])(?=[A-Z])/gu, " ").replace(/[_.-]+/gu, " ");

const blames = (text: string): boolean =>
  ANY_FIELD.test(text) ||
  text.split(/[.;!?]\s|\n/u).some((part) => OBJECT.test(part) && COMPLAINT.test(part));

/**
 * True when a refusal blames the audio or a field that the client chose: no other attempt can help.
 * Signs that the provider itself failed count for more than a field that it names, and any doubt is
 * the client's benefit.
 */
export function blamesRequest(status: number, vendor: VendorError): boolean {
  if (!MAY_BLAME_REQUEST.has(status) || vendor.isOperators) return false;
  const { codes, param } = vendor;
  const message = excerptOf(vendor.message ?? "");
  if (tellsOfMachine(message)) return false;
  if (param !== undefined) return true;
  const names = codes.map(toWords);
  const all = [message, ...names].join(". ");
  const isDoubtful = mayBeOwnTrouble(all) || VAGUE.test(message) || ELSEWHERE.test(all);
  if (isDoubtful || !isSentence(message)) return false;
  return blames(message) || names.some(blames);
}
