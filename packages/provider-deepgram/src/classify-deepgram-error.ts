import type { TranscriptionError, TranscriptionRequest } from "@earshot/core";
import { classifyHttpFailure, readVendorError } from "@earshot/provider-kit";
import type { HttpFailure, VendorError } from "@earshot/provider-kit";

/** What is different from the usual error. */
type Deviation = Parameters<TranscriptionError["with"]>[0];

type Asked = Pick<TranscriptionRequest, "audio" | "languages" | "model">;

const isRefusal = ({ status }: HttpFailure): boolean => status >= 400 && status < 500;

/** The audio is somewhere else: neither another attempt nor another key can fetch it. */
const remoteAudio = ({ codes, message = "" }: VendorError): boolean =>
  codes.includes("REMOTE_CONTENT_ERROR") ||
  /media download|remote server hosting the media|remote media server|parse URL/iu.test(message);

/** The deployment is well: it is this client's language that the model lacks. */
const missingLanguage = (failure: HttpFailure, asked: Asked): Deviation | undefined => {
  const [language] = asked.languages;
  if (language === undefined) return undefined;
  const problem = `${failure.provider} answered ${failure.status}: ${asked.model} is not available for the language \`${language}\`.`;
  return { code: "unsupported_feature", param: "language", problem, remedy: undefined };
};

const deviationOf = (
  failure: HttpFailure,
  vendor: VendorError,
  asked: Asked,
): Deviation | undefined => {
  const { message = "" } = vendor;
  if (!isRefusal(failure)) return undefined;
  if (remoteAudio(vendor)) return { code: "invalid_request", param: "url" };
  if (/keyterm limit/iu.test(message)) return { code: "invalid_request", param: "keywords" };
  if (/no such model\/language/iu.test(message)) return missingLanguage(failure, asked);
  const isUnsupported = failure.status === 400 && /\bnot supported for\b/iu.test(message);
  return isUnsupported ? { code: "unsupported_feature" } : undefined;
};

/** By 422 Deepgram means an upload that broke off or came too slowly, which may go well next time. */
const isBrokenUpload = ({ status }: HttpFailure, usual: TranscriptionError): boolean =>
  status === 422 && ["invalid_request", "bad_response", "request_refused"].includes(usual.code);

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
  if (deviation !== undefined) return usual.with({ param: undefined, ...deviation });
  if (isBrokenUpload(failure, usual)) return usual.with({ code: "network", param: undefined });
  const isRemote = asked.audio.type === "url" && usual.param === "file";
  return isRemote ? usual.with({ param: "url" }) : undefined;
}
