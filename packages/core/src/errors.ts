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
}

const client = (httpStatus: number, retry: ErrorPolicy["retry"] = "never"): ErrorPolicy => ({
  httpStatus,
  type: "invalid_request_error",
  retry,
  health: "none",
});
const broken = (
  httpStatus: number,
  retry: ErrorPolicy["retry"],
  health: ErrorPolicy["health"],
): ErrorPolicy => ({ httpStatus, type: "server_error", retry, health });

/** What each code means to the client, to the router and to the deployment's health. */
export const ERROR_POLICY: Readonly<Record<ErrorCode, ErrorPolicy>> = {
  invalid_request: client(400),
  unsupported_feature: client(400, "elsewhere"),
  unsupported_media: client(400, "elsewhere"),
  audio_unreadable: client(400),
  audio_too_large: client(413, "elsewhere"),
  audio_too_long: client(400, "elsewhere"),
  unauthorized: client(401),
  forbidden: client(403),
  not_found: client(404),
  model_not_found: client(404),
  upload_stalled: client(408),
  request_too_large: client(413),
  too_many_requests: { httpStatus: 429, type: "rate_limit_error", retry: "never", health: "none" },
  provider_authentication: broken(502, "elsewhere", "trip"),
  provider_permission: broken(502, "elsewhere", "trip"),
  provider_model_not_found: broken(502, "elsewhere", "trip"),
  quota_exhausted: {
    httpStatus: 429,
    type: "insufficient_quota",
    retry: "elsewhere",
    health: "trip",
  },
  rate_limited: { httpStatus: 429, type: "rate_limit_error", retry: "here", health: "trip" },
  region_blocked: broken(502, "elsewhere", "trip"),
  service_discontinued: broken(502, "elsewhere", "trip"),
  queue_full: { httpStatus: 429, type: "rate_limit_error", retry: "elsewhere", health: "none" },
  overloaded: broken(503, "here", "count"),
  provider_error: broken(502, "here", "count"),
  bad_response: broken(502, "elsewhere", "count"),
  // A provider's 400 or 422 that blames nobody. Every deployment may refuse the same broken file:
  // one client must not cool them all down.
  request_refused: broken(502, "elsewhere", "none"),
  empty_transcript: {
    httpStatus: 422,
    type: "invalid_request_error",
    retry: "elsewhere",
    health: "none",
  },
  network: broken(502, "here", "count"),
  timeout: broken(504, "elsewhere", "count"),
  aborted: client(499),
  internal: broken(500, "never", "none"),
};

export interface TranscriptionErrorDetails {
  /** The request field at fault, such as `response_format`. */
  readonly param?: string;
  /** The `id` of the provider that failed. */
  readonly provider?: string;
  /** The status that the provider answered with. */
  readonly upstreamStatus?: number;
  /** How long the provider asks us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The provider's own id of the failed request. */
  readonly requestId?: string;
  readonly cause?: unknown;
}

const BRAND = Symbol.for("earshot.TranscriptionError");

/** The only error that leaves an Earshot package. Its message is fit for users and holds no key. */
export class TranscriptionError extends Error {
  override readonly name = "TranscriptionError";
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly provider: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(code: ErrorCode, message: string, details: TranscriptionErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.param = details.param;
    this.provider = details.provider;
    this.upstreamStatus = details.upstreamStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.requestId = details.requestId;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for errors of this class, also of another copy of this package. */
  static is(value: unknown): value is TranscriptionError {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}
