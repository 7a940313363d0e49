import { TranscriptionError } from "@earshot/core";
import type { ErrorCode, TranscriptionRequest } from "@earshot/core";
import { classifyHttpFailure, readVendorError } from "@earshot/provider-kit";
import type { HttpFailure, VendorError } from "@earshot/provider-kit";

interface Deviation {
  readonly code: ErrorCode;
  readonly param?: string;
  /** A sentence in place of the usual message. */
  readonly message?: string;
}

type Asked = Pick<TranscriptionRequest, "audio" | "languages" | "model">;

const isRefusal = ({ status }: HttpFailure): boolean => status >= 400 && status < 500;

/** The audio is somewhere else: neither another attempt nor another key can fetch it. */
const remoteAudio = ({ codes, message = "" }: VendorError): boolean =>
  codes.includes("REMOTE_CONTENT_ERROR") ||
  /media download|remote server hosting the media|remote media server|parse URL/iu.test(message);

const deviationOf = (
  failure: HttpFailure,
  vendor: VendorError,
  asked: Asked,
): Deviation | undefined => {
  const { message = "" } = vendor;
  if (!isRefusal(failure)) return undefined;
  if (remoteAudio(vendor)) return { code: "invalid_request", param: "url" };
  if (/keyterm limit/iu.test(message)) return { code: "invalid_request", param: "keywords" };
  if (/\bnot supported for\b/iu.test(message) && failure.status === 400) {
    return { code: "unsupported_feature" };
  }
  const [language] = asked.languages;
  if (language !== undefined && /no such model\/language/iu.test(message)) {
    // The deployment is well: it is this client's language that the model lacks.
    return {
      code: "unsupported_feature",
      param: "language",
      message: `${failure.provider} answered ${failure.status}: ${asked.model} is not available for the language \`${language}\`.`,
    };
  }
  return undefined;
};

/**
 * Errors whose meaning only Deepgram's words and the request together tell; undefined leaves the
 * failure to the common rules.
 *
 * @see https://developers.deepgram.com/docs/errors
 */
export function classifyDeepgramError(
  failure: HttpFailure,
  asked: Asked,
): TranscriptionError | undefined {
  const usual = classifyHttpFailure(failure);
  const deviation = deviationOf(failure, readVendorError(failure.bodyText), asked);
  const isRemote = asked.audio.type === "url";
  if (deviation === undefined && !(isRemote && usual.param === "file")) return undefined;
  const { code, param, message }: Deviation = deviation ?? { code: usual.code, param: "url" };
  const { provider, upstreamStatus, retryAfterMs, requestId } = usual;
  return new TranscriptionError(code, message ?? usual.message, {
    ...(param === undefined ? {} : { param }),
    ...(provider === undefined ? {} : { provider }),
    ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}
