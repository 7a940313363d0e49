import { needsOf, TranscriptionError } from "@earshot/core";
import type { ErrorCode, TranscriptionRequest } from "@earshot/core";
import { asString, checkRequest } from "@earshot/provider-kit";
import type { RequestLimits } from "@earshot/provider-kit";
import { keytermsOf } from "./to-elevenlabs-request.ts";

interface Problem {
  readonly code?: ErrorCode;
  readonly param: string;
  readonly message: string;
}

type Check = (request: TranscriptionRequest) => Problem | undefined;

const KEYWORD_RULES = {
  maxKeywords: 1000,
  maxKeywordCharacters: 49,
  forbiddenKeywordCharacters: "<>{}[]\\",
} as const;
const MAXIMUM_WORDS = 5;

const isList = (text: string): boolean => {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
};

/** Options that only mean something when speakers are told apart. */
const NEED_SPEAKERS = ["detect_speaker_roles", "diarization_threshold", "use_speaker_library"];
const EXCLUDE_EDIT = ["entity_detection", "entity_redaction", "use_multi_channel"];

const isOn = ({ options }: TranscriptionRequest, name: string): boolean =>
  options[name] !== undefined && options[name] !== false;

const CHECKS: readonly Check[] = [
  ({ model }) =>
    model.includes("realtime")
      ? {
          code: "unsupported_feature",
          param: "model",
          message: `ElevenLabs serves ${model} over a WebSocket only. Use scribe_v2 for files.`,
        }
      : undefined,
  (request) =>
    isOn(request, "webhook")
      ? {
          code: "unsupported_feature",
          param: "webhook",
          message:
            "With 'webhook' ElevenLabs delivers the transcript to a webhook, and there is none to answer with. Leave it out.",
        }
      : undefined,
  (request) => {
    const long = keytermsOf(request).find(
      (term) => term.trim().split(/\s+/u).length > MAXIMUM_WORDS,
    );
    return long === undefined
      ? undefined
      : {
          param: "keywords",
          message: `ElevenLabs takes keywords of up to ${MAXIMUM_WORDS} words, '${long}' has more.`,
        };
  },
  (request) => {
    const count = keytermsOf(request).length;
    const { maxKeywords } = KEYWORD_RULES;
    return count > maxKeywords
      ? { param: "keyterms", message: `ElevenLabs takes up to ${maxKeywords} terms, not ${count}.` }
      : undefined;
  },
  (request) => {
    const param = NEED_SPEAKERS.find((name) => isOn(request, name));
    return param === undefined || request.diarize
      ? undefined
      : { param, message: `'${param}' needs 'diarize' to be true.` };
  },
  (request) =>
    isOn(request, "diarization_threshold") && isOn(request, "num_speakers")
      ? {
          param: "diarization_threshold",
          message: "ElevenLabs takes 'diarization_threshold' or 'num_speakers', not both.",
        }
      : undefined,
  (request) =>
    isOn(request, "detect_speaker_roles") && isOn(request, "use_multi_channel")
      ? {
          param: "detect_speaker_roles",
          message: "ElevenLabs takes 'detect_speaker_roles' or 'use_multi_channel', not both.",
        }
      : undefined,
  (request) => {
    const other = EXCLUDE_EDIT.find((name) => isOn(request, name));
    return isOn(request, "transcript_edit") && other !== undefined
      ? {
          param: "transcript_edit",
          message: `ElevenLabs takes 'transcript_edit' or '${other}', not both.`,
        }
      : undefined;
  },
  ({ options }) => {
    const formats = asString(options["additional_formats"]);
    return formats === undefined || isList(formats)
      ? undefined
      : {
          param: "additional_formats",
          message: `'additional_formats' must be a JSON list, such as [{"format":"srt"}].`,
        };
  },
  (request) => {
    const { words, segments, speakers } = needsOf(request);
    return request.options["timestamps_granularity"] === "none" && (words || segments || speakers)
      ? {
          param: "timestamps_granularity",
          message:
            "This answer needs times: leave 'timestamps_granularity' out, or set it to word.",
        }
      : undefined;
  },
];

/**
 * Refuses what ElevenLabs would refuse or what could not be answered, before any audio is sent, with
 * `param`.
 */
export function checkElevenlabsRequest(limits: RequestLimits, request: TranscriptionRequest): void {
  checkRequest(limits, request, KEYWORD_RULES);
  for (const check of CHECKS) {
    const problem = check(request);
    if (problem === undefined) continue;
    const { code = "invalid_request", param, message } = problem;
    throw new TranscriptionError(code, message, { param, provider: limits.kind });
  }
}
