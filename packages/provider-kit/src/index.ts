export { throwIfAborted, toAbortError } from "./call-error.ts";
export { joinUrl, toBearerHeaders, toHeaders, toOptionFields } from "./call-parts.ts";
export { callProvider, openStream } from "./call-provider.ts";
export type { ProviderCall } from "./call-provider.ts";
export { holdsSecret, secretsOf } from "./call-secrets.ts";
export { checkRequest } from "./check-request.ts";
export type { CheckedRequest, RequestLimits } from "./check-request.ts";
export { classifyHttpFailure, parseRetryAfter, requestIdOf } from "./classify-http-failure.ts";
export type { HttpFailure, VendorNames } from "./classify-http-failure.ts";
export {
  defineProvider,
  flagOption,
  freezeDeeply,
  jsonOption,
  listOption,
  numberOption,
  textOption,
} from "./define-provider.ts";
export { reportsError, toEmbeddedError } from "./embedded-error.ts";
export type { EmbeddedErrorSource } from "./embedded-error.ts";
export { encodeBody, encodeMultipart } from "./encode-body.ts";
export type { EncodedBody, EncodedMultipart, MultipartFile } from "./encode-body.ts";
export { createFetchTransport } from "./fetch-transport.ts";
export type { FetchTransportSettings } from "./fetch-transport.ts";
export { asArray, asBoolean, asNumber, asRecord, asSeconds, asString } from "./loose-readers.ts";
export { isJsonLike, problemOfShape, problemOfText } from "./plausible-text.ts";
export { pollUntil } from "./poll-until.ts";
export type { PollOptions } from "./poll-until.ts";
export {
  finishReading,
  isLongBody,
  LONGEST_TEXT_CHARACTERS,
  readAnswer,
  readAnswerWork,
} from "./read-answer.ts";
export type { AnswerSource } from "./read-answer.ts";
export { describeBody, readJson, readText } from "./read-body.ts";
export { createStreamJudge, endedEarly, readJsonEvents, streamProvider } from "./read-stream.ts";
export type { Exchange, JsonEvent, JsonEventSource } from "./read-stream.ts";
export { redact } from "./redact.ts";
export {
  readRegion,
  readSetting,
  requireBaseUrl,
  requireHeaders,
  requireSetting,
  settingError,
} from "./require-setting.ts";
export { readServerSentEvents } from "./server-sent-events.ts";
export type { ServerSentEvent } from "./server-sent-events.ts";
export { readVendorError } from "./vendor-error.ts";
export type { VendorError } from "./vendor-error.ts";
