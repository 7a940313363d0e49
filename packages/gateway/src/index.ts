export { builtinConfig, LOCAL_MODEL } from "./builtin-config.ts";
export { builtinProviders } from "./builtin-providers.ts";
export { createGateway } from "./create-gateway.ts";
export type { GatewayOptions } from "./create-gateway.ts";
export type { AttemptRecord, ExtraValue, GatewayRequest, Route } from "@earshot/core";
export type {
  Gateway,
  ModelEntry,
  ProviderHealth,
  StreamOutcome,
  TranscriptionOutcome,
} from "./gateway.ts";
export { createKnownParams } from "./known-options.ts";
export { loadProviders } from "./load-providers.ts";
export { closeTranscriptions, transcription } from "./transcription.ts";
export type { AudioInput, TranscriptionOptions } from "./transcription.ts";
export { attemptsOf } from "@earshot/router";
export type { DeploymentHealth } from "@earshot/router";
