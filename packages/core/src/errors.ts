/** Everything that can go wrong, as a closed set; see `ERROR_POLICY` for what each one means. */
export const ERROR_CODES = [
  "invalid_request",
  "unsupported_feature",
  "unsupported_media",
  "audio_unreadable",
  "audio_too_large",
  "audio_too_long",
  "unauthorized",
  "forbidden",
  "not_found",
  "model_not_found",
  "upload_stalled",
  "request_too_large",
  "too_many_requests",
  "provider_authentication",
  "provider_permission",
  "provider_model_not_found",
  "quota_exhausted",
  "rate_limited",
  "region_blocked",
  "service_discontinued",
  "queue_full",
  "overloaded",
  "provider_error",
  "bad_response",
  "request_refused",
  "empty_transcript",
  "network",
  "timeout",
  "aborted",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorPolicy {
  /** For users, in the generated list of codes. */
  readonly meaning: string;
  /** The status that the client of the gateway sees. */
  readonly httpStatus: number;
  /** OpenAI's `error.type`. */
  readonly type: string;
  /**
   * `never`: no other attempt can help. `elsewhere`: another deployment may succeed, this one will
   * not. `here`: another deployment first, the same one again after a pause.
   */
  readonly retry: "here" | "elsewhere" | "never";
  /** `count`: one failure towards the cooldown. `trip`: cool down at once. */
  readonly health: "none" | "count" | "trip";
  /** Whether the client does well to send the request again, as `x-should-retry` tells SDKs. */
  readonly clientRetry: boolean;
}

type Kind = Omit<ErrorPolicy, "meaning" | "httpStatus">;

const REFUSED: Kind = {
  type: "invalid_request_error",
  retry: "never",
  health: "none",
  clientRetry: false,
};
const UNFIT: Kind = { ...REFUSED, retry: "elsewhere" };
const LIMITED: Kind = { ...REFUSED, type: "rate_limit_error", clientRetry: true };
const UNCLEAR: Kind = { ...UNFIT, type: "server_error" };
const BROKEN: Kind = { ...UNCLEAR, health: "trip" };
const MAY_PASS: Kind = { type: "server_error", retry: "here", health: "count", clientRetry: true };

const row = (httpStatus: number, kind: Kind, meaning: string): ErrorPolicy => ({
  meaning,
  httpStatus,
  ...kind,
});

/** What each code means to the client, to the router and to the deployment's health. */
export const ERROR_POLICY: Readonly<Record<ErrorCode, ErrorPolicy>> = {
  invalid_request: row(
    400,
    REFUSED,
    "A field of the request is wrong, whichever provider gets it.",
  ),
  unsupported_feature: row(400, UNFIT, "No deployment of the model can do what was asked."),
  unsupported_media: row(400, UNFIT, "No deployment of the model takes audio of this kind."),
  audio_unreadable: row(400, REFUSED, "The file is empty, broken, or no audio."),
  audio_too_large: row(
    413,
    UNFIT,
    "The file has more bytes than any deployment of the model takes.",
  ),
  audio_too_long: row(400, UNFIT, "The audio is longer than any deployment of the model takes."),
  unauthorized: row(401, REFUSED, "The key for the gateway is missing or wrong."),
  forbidden: row(
    403,
    REFUSED,
    "The gateway does not serve this caller, such as a foreign web page.",
  ),
  not_found: row(404, REFUSED, "The gateway has no such path."),
  model_not_found: row(404, REFUSED, "The gateway has no model of this name."),
  upload_stalled: row(408, REFUSED, "The client sent nothing for too long, or too slowly."),
  request_too_large: row(413, REFUSED, "The request is larger than the gateway takes."),
  too_many_requests: row(429, LIMITED, "The gateway has as many requests as it takes."),
  provider_authentication: row(502, BROKEN, "The provider rejects the operator's key."),
  provider_permission: row(502, BROKEN, "The operator's key may not do this at the provider."),
  provider_model_not_found: row(502, BROKEN, "The provider does not know the deployment's model."),
  quota_exhausted: row(
    429,
    { ...BROKEN, type: "insufficient_quota" },
    "The operator's credit or quota at the provider is used up.",
  ),
  rate_limited: row(
    429,
    { ...LIMITED, retry: "here", health: "trip" },
    "The provider limits the rate of requests.",
  ),
  region_blocked: row(502, BROKEN, "The provider does not serve the gateway's country."),
  service_discontinued: row(502, BROKEN, "The provider has ended the service or the model."),
  queue_full: row(
    429,
    { ...LIMITED, retry: "elsewhere" },
    "A deployment's own waiting line is full.",
  ),
  overloaded: row(503, MAY_PASS, "The provider, or every slot for it, is busy."),
  provider_error: row(502, MAY_PASS, "The provider failed."),
  bad_response: row(
    502,
    { ...UNCLEAR, health: "count" },
    "The provider's answer is no transcript.",
  ),
  // A provider's 400 or 422 that blames nobody. Every deployment may refuse the same broken file:
  // one client must not cool them all down.
  request_refused: row(502, UNCLEAR, "The provider refuses the request and does not say why."),
  empty_transcript: row(
    422,
    UNFIT,
    "The transcript is empty, where `empty_transcript` makes that an error.",
  ),
  network: row(502, MAY_PASS, "The provider could not be reached, or the connection broke."),
  timeout: row(504, { ...MAY_PASS, retry: "elsewhere" }, "There was no answer in time."),
  aborted: row(499, REFUSED, "The client has gone."),
  internal: row(500, { ...UNCLEAR, retry: "never" }, "A mistake in the gateway itself."),
};

export interface TranscriptionErrorDetails {
  /** The request field at fault, such as `response_format`. */
  readonly param?: string | undefined;
  /** The `id` of the provider that failed. */
  readonly provider?: string | undefined;
  /** The status that the provider answered with. */
  readonly upstreamStatus?: number | undefined;
  /** How long the provider asks us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The provider's own id of the failed request. */
  readonly requestId?: string | undefined;
  /** The setting of the provider at fault, such as `apiKey`, or one of its own. */
  readonly setting?: string | undefined;
  /** How to mend it, in a sentence of its own: it follows the problem in the message. */
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

const BRAND = Symbol.for("earshot.TranscriptionError");

/** The only error that leaves an Earshot package. Its message is fit for users and holds no key. */
export class TranscriptionError extends Error {
  override readonly name = "TranscriptionError";
  readonly code: ErrorCode;
  /** The message without the remedy. */
  readonly problem: string;
  readonly param: string | undefined;
  readonly provider: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly setting: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, problem: string, details: TranscriptionErrorDetails = {}) {
    const { cause, remedy } = details;
    const message = remedy === undefined ? problem : `${problem} ${remedy}`;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.problem = problem;
    this.param = details.param;
    this.provider = details.provider;
    this.upstreamStatus = details.upstreamStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.requestId = details.requestId;
    this.setting = details.setting;
    this.remedy = remedy;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The same error with some of its parts replaced, also by `undefined`; the rest stays as it is. */
  with(changes: TranscriptionErrorDetails & TranscriptionErrorText): TranscriptionError {
    const { code = this.code, problem = this.problem, ...details } = changes;
    const { param, provider, upstreamStatus, retryAfterMs, requestId, setting, remedy } = this;
    const own = { param, provider, upstreamStatus, retryAfterMs, requestId, setting, remedy };
    return new TranscriptionError(code, problem, { ...own, cause: this.cause, ...details });
  }

  /** True for errors of this class, also of another copy of this package. */
  static is(value: unknown): value is TranscriptionError {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

export interface TranscriptionErrorText {
  readonly code?: ErrorCode | undefined;
  /** The message without the remedy. */
  readonly problem?: string | undefined;
}
