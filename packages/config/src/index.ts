export type { RoutingStrategy } from "@earshot/core";
export type { ConfigLocation } from "./config-node.ts";
export { ConfigError, formatDiagnostics } from "./diagnostic.ts";
export type { Diagnostic, FormatOptions } from "./diagnostic.ts";
export type {
  DefaultSettings,
  DeploymentConfig,
  EarshotConfig,
  EmptyTranscriptPolicy,
  GatewaySettings,
  GeneralConfig,
  ModelGroupAlias,
  ModelInfo,
  PerErrorCode,
  RouterConfig,
} from "./earshot-config.ts";
export type { EnvironmentRecord } from "./environment.ts";
export { jsonSchema } from "./json-schema.ts";
export { redactConfig } from "./mask-secrets.ts";
export { loadConfigFile, readConfig } from "./read-config.ts";
export type { LoadConfigOptions, ReadConfigOptions, ReadConfigResult } from "./read-config.ts";
export type { KnownParams } from "./section.ts";
export { defaultSettings } from "./sections.ts";
export { readMasterKey } from "./sections/general-settings.ts";
