export { builtinConfig, LOCAL_MODEL } from "./builtin-config.ts";
export { builtinProviders } from "./builtin-providers.ts";
export { createHintedGateway as createGateway } from "./create-hinted-gateway.ts";
export type { GatewayOptions } from "./create-gateway.ts";
export type { ExtraValue, GatewayRequest } from "./gateway-request.ts";
export type {
  Gateway,
  ModelEntry,
  ProviderHealth,
  Route,
  StreamOutcome,
  TranscriptionOutcome,
} from "./gateway.ts";
export { createKnownParams } from "./known-params.ts";
export { loadProviders } from "./load-providers.ts";
export { closeTranscriptions, transcription } from "./transcription.ts";
export type { AudioInput, TranscriptionOptions } from "./transcription.ts";
export { attemptsOf } from "@earshot/router";
export type { AttemptRecord, DeploymentHealth } from "@earshot/router";
