import { ERROR_POLICY } from "@earshot/core";
import type { ErrorCode, TranscriptionError } from "@earshot/core";

/** What a message may have at most: it stands in one line of a log and of a client's error. */
const MAX_CHARACTERS = 2000;

/** Folders in which the files of a machine lie, whatever the message is about. */
const ROOTS =
  "home|root|tmp|var|usr|opt|etc|mnt|media|srv|Users|Volumes|private|run|proc|sys|dev|snap|nix";

const PATHS: readonly RegExp[] = [
  /file:\/\/\/[^\s'"`)]+/gu,
  // In quotes a path may hold spaces.
  new RegExp(`(?<=['"\`])(?:/(?:${ROOTS})/|~/|[A-Za-z]:[\\/\\\\])[^'"\`\\n]*(?=['"\`])`, "gu"),
  new RegExp(`(?<![\\w:/.@~-])/(?:${ROOTS})/[^\\s'"\`()<>,;:]*`, "gu"),
  /(?<![\w/])~\/[^\s'"`()<>,;:]+/gu,
  /(?<!\w)[A-Za-z]:\\[^\s'"`()<>,;:]+/gu,
  /\\\\[\w.-]+\\[^\s'"`()<>,;:]+/gu,
];

/** Any other absolute path of two steps or more; those of APIs begin with a version or say what they do. */
const OTHER_PATHS: readonly RegExp[] = [
  /(?<=['"`])\/(?!(?:v\d\w*|openai|audio|api|inference)\b)[^'"`\n]+(?=['"`])/gu,
  /(?<![\w:/.@~-])\/(?!(?:v\d\w*|openai|audio|api|inference)\/)(?:[^\s/'"`()<>,;:]+\/)+[^\s/'"`()<>,;:]*/gu,
];

/** The text without the paths of this machine; `strict` takes everything that may be one. */
export function withoutPaths(text: string, strict: boolean): string {
  if (!/[/\\]/u.test(text)) return text;
  // Nothing beyond what leaves is looked at.
  let clean = text.slice(0, 2 * MAX_CHARACTERS);
  for (const pattern of strict ? [...PATHS, ...OTHER_PATHS] : PATHS)
    clean = clean.replace(pattern, (path) => `[path]${/[.!?]*$/u.exec(path)?.[0] ?? ""}`);
  return clean;
}

/** The text as it may leave to a client: whole characters, and at most 2,000 of them by default. */
function toPublicText(text: string, maxCharacters: number = MAX_CHARACTERS): string {
  const whole = text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
  return whole.toWellFormed();
}

/** OpenAI's error object, all four keys always there, and the HTTP status to send it with. */
export interface ErrorBody {
  readonly status: number;
  readonly body: {
    readonly error: {
      readonly message: string;
      readonly type: string;
      readonly param: string | null;
      readonly code: string;
    };
  };
}

/** Codes that clients know by OpenAI's name; every other code keeps its own. */
const OPENAI_CODES: Partial<Readonly<Record<ErrorCode, string>>> = {
  unauthorized: "invalid_api_key",
  too_many_requests: "rate_limit_exceeded",
  rate_limited: "rate_limit_exceeded",
  queue_full: "rate_limit_exceeded",
  quota_exhausted: "insufficient_quota",
  overloaded: "server_is_overloaded",
};

const MAX_PARAM_CHARACTERS = 200;

/** These quote what the client itself has sent. */
const QUOTING: ReadonlySet<ErrorCode> = new Set(["not_found", "model_not_found"]);

/** A message as clients may see it: of bounded length, without a path of the gateway's machine. */
function toPublicMessage({ code, message }: TranscriptionError): string {
  const strict = ERROR_POLICY[code].type !== "invalid_request_error";
  return toPublicText(QUOTING.has(code) ? message : withoutPaths(message, strict));
}

/** The error as OpenAI's API answers it, without what only the log may hold. */
export function toErrorBody(error: TranscriptionError): ErrorBody {
  const { code, param } = error;
  const { httpStatus, type } = ERROR_POLICY[code];
  const body = {
    message: toPublicMessage(error),
    type,
    param: param === undefined ? null : toPublicText(param, MAX_PARAM_CHARACTERS),
    code: OPENAI_CODES[code] ?? code,
  };
  return { status: httpStatus, body: { error: body } };
}
