export { ConfigError } from "./config-error.ts";
export type { ConfigLocation, Diagnostic } from "./diagnostic.ts";
export type {
  DeploymentConfig,
  EarshotConfig,
  EmptyTranscriptPolicy,
  GatewaySettings,
  GeneralConfig,
  ModelGroupAlias,
  ModelInfo,
  PerErrorCode,
  RouterConfig,
  RoutingStrategy,
} from "./earshot-config.ts";
export type { EnvironmentRecord } from "./environment.ts";
export { formatDiagnostics } from "./format-diagnostics.ts";
export type { FormatOptions } from "./format-diagnostics.ts";
export { jsonSchema } from "./json-schema.ts";
export { loadConfigFile } from "./load-config-file.ts";
export type { LoadConfigOptions } from "./load-config-file.ts";
export { readMasterKey } from "./master-key.ts";
export { readConfig } from "./read-config.ts";
export type { ReadConfigOptions, ReadConfigResult } from "./read-config.ts";
export type { KnownParams } from "./read-context.ts";
export { redactConfig } from "./redact-config.ts";
