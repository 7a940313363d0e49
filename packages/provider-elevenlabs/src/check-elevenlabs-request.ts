import { isJsonList, needsOf, parseJson, TranscriptionError } from "@earshot/core";
import type { ErrorCode, TranscriptionRequest } from "@earshot/core";
import { asArray, asString, checkRequest } from "@earshot/provider-kit";
import type { CheckedRequest } from "@earshot/provider-kit";
import { elevenlabsCapabilities } from "./elevenlabs-capabilities.ts";

interface Problem {
  readonly code?: ErrorCode;
  readonly param: string;
  readonly message: string;
}

type Check = (request: TranscriptionRequest) => Problem | undefined;

const KIND = "elevenlabs";
const MAXIMUM_WORDS = 5;

/** Options that only mean something when speakers are told apart. */
const NEED_SPEAKERS = ["detect_speaker_roles", "diarization_threshold", "use_speaker_library"];

/** Options that ElevenLabs does not take together. */
const EXCLUSIVE: readonly (readonly [param: string, other: string])[] = [
  ["diarization_threshold", "num_speakers"],
  ["detect_speaker_roles", "use_multi_channel"],
  ["transcript_edit", "entity_detection"],
  ["transcript_edit", "entity_redaction"],
  ["transcript_edit", "use_multi_channel"],
];

const isOn = ({ options }: TranscriptionRequest, name: string): boolean =>
  options[name] !== undefined && options[name] !== false;

const checkModel: Check = ({ model }) =>
  model.includes("realtime")
    ? {
        code: "unsupported_feature",
        param: "model",
        message: `ElevenLabs serves ${model} over a WebSocket only. Use scribe_v2 for files.`,
      }
    : undefined;

const checkWebhook: Check = (request) =>
  isOn(request, "webhook")
    ? {
        code: "unsupported_feature",
        param: "webhook",
        message:
          "With 'webhook' ElevenLabs delivers the transcript to a webhook, and there is none to answer with. Leave it out.",
      }
    : undefined;

/** The keywords and the option of ElevenLabs' own name, each once. */
export function keytermsOf({ keywords, options }: TranscriptionRequest): readonly string[] {
  const own = asArray(options["keyterms"]).filter((term) => typeof term === "string");
  return [...new Set([...keywords, ...own])];
}

/** What both must keep together. */
const checkTerms: Check = (request) => {
  const terms = keytermsOf(request);
  const param = request.keywords.length === 0 ? "keyterms" : "keywords";
  const { maxKeywords: most = Infinity, forbiddenKeywordCharacters: forbidden = "" } =
    elevenlabsCapabilities.default;
  if (terms.length > most)
    return { param, message: `ElevenLabs takes up to ${most} terms, not ${terms.length}.` };
  const strange = terms.find((term) => Array.from(forbidden).some((sign) => term.includes(sign)));
  if (strange !== undefined)
    return { param, message: `ElevenLabs takes no ${forbidden} in terms, as in '${strange}'.` };
  const long = terms.find((term) => term.trim().split(/\s+/u).length > MAXIMUM_WORDS);
  return long === undefined
    ? undefined
    : {
        param,
        message: `ElevenLabs takes terms of up to ${MAXIMUM_WORDS} words, '${long}' has more.`,
      };
};

const checkSpeakers: Check = (request) => {
  const param = NEED_SPEAKERS.find((name) => isOn(request, name));
  return param === undefined || request.diarize
    ? undefined
    : { param, message: `'${param}' needs 'diarize' to be true.` };
};

const checkExclusive: Check = (request) => {
  const [param, other] = EXCLUSIVE.find((pair) => pair.every((name) => isOn(request, name))) ?? [];
  return param === undefined
    ? undefined
    : { param, message: `ElevenLabs takes '${param}' or '${other}', not both.` };
};

const checkFormats: Check = ({ options }) => {
  const formats = asString(options["additional_formats"]);
  return formats === undefined || isJsonList(parseJson(formats))
    ? undefined
    : {
        param: "additional_formats",
        message: `'additional_formats' must be a JSON list, such as [{"format":"srt"}].`,
      };
};

const checkTimes: Check = (request) => {
  const { words, segments, speakers } = needsOf(request);
  return request.options["timestamps_granularity"] === "none" && (words || segments || speakers)
    ? {
        param: "timestamps_granularity",
        message: "This answer needs times: leave 'timestamps_granularity' out, or set it to word.",
      }
    : undefined;
};

const CHECKS: readonly Check[] = [
  checkModel,
  checkWebhook,
  checkTerms,
  checkSpeakers,
  checkExclusive,
  checkFormats,
  checkTimes,
];

/**
 * The request as ElevenLabs takes it. Throws an error with `param`, before any audio is sent, for what it
 * would refuse or what could not be answered.
 */
export function checkElevenlabsRequest(asked: TranscriptionRequest): CheckedRequest {
  const checked = checkRequest({ kind: KIND, capabilities: elevenlabsCapabilities }, asked);
  for (const check of CHECKS) {
    const problem = check(checked.request);
    if (problem === undefined) continue;
    const { code = "invalid_request", param, message } = problem;
    throw new TranscriptionError(code, message, { param, provider: KIND });
  }
  return checked;
}
