export { describedAs } from "./audio-source.ts";
export type { AudioFile, AudioSource, AudioUrl, OpenOptions } from "./audio-source.ts";
export { capabilitiesOf, matchesPattern } from "./capabilities.ts";
export type { Capabilities, CapabilityTable, ModelCapabilities } from "./capabilities.ts";
export { dateOf, systemClock } from "./clock.ts";
export type { Clock } from "./clock.ts";
export { ERROR_CODES, ERROR_POLICY, TranscriptionError } from "./errors.ts";
export type {
  ErrorCode,
  ErrorPolicy,
  TranscriptionErrorDetails,
  TranscriptionErrorText,
} from "./errors.ts";
export type { ExtraValue, GatewayRequest } from "./gateway-request.ts";
export type { HttpBody, HttpCall, HttpResponse, Transport } from "./http-call.ts";
export { fitRequest, isBlocking, isHopeless, judge, refusalOf, warningOf } from "./judge.ts";
export type { FittedRequest, FitSettings, Verdict } from "./judge.ts";
export { RULE_NAMES, RULES } from "./judge-rules.ts";
export type { RuleName } from "./judge-rules.ts";
export type { Asked, Rule, VerdictKind } from "./judge-rule.ts";
export { isoLanguageOf, languageName, toIsoLanguage } from "./languages.ts";
export { isJsonList, isJsonObject, parseJson } from "./json.ts";
export type { AttemptRecord, Route } from "./route.ts";
export { ROUTING_STRATEGIES } from "./routing-strategies.ts";
export type { RoutingStrategy } from "./routing-strategies.ts";
export { silentLogger } from "./logger.ts";
export type { Logger, LogMethod } from "./logger.ts";
export {
  collectWork,
  doAtOnce,
  doInTurns,
  giveWay,
  isPause,
  mapWork,
  sortWork,
} from "./long-work.ts";
export type { LongWork } from "./long-work.ts";
export { toPlainMediaType } from "./media-type.ts";
export { nearestName } from "./nearest-name.ts";
export type { JsonObject, JsonValue, OptionSpec, OptionTable, OptionValue } from "./option-spec.ts";
export type {
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
} from "./provider.ts";
export type {
  Segment,
  TokenLogprob,
  Transcript,
  TranscriptEvent,
  Usage,
  VerbatimBody,
  Warning,
  Word,
} from "./transcript.ts";
export { needsOf, RESPONSE_FORMATS } from "./transcription-request.ts";
export type {
  KnownSpeaker,
  Needs,
  ResponseFormat,
  ServerVad,
  Task,
  TimestampGranularity,
  TranscriptionRequest,
} from "./transcription-request.ts";
