import type { ErrorCode, JsonValue, RoutingStrategy } from "@earshot/core";
import type { ConfigLocation } from "./config-node.ts";

/** A config as the rest of Earshot reads it: only what the file gives, to be laid over `defaultSettings`. */
export interface EarshotConfig {
  /** In the order of the file; never empty. */
  readonly deployments: readonly DeploymentConfig[];
  readonly router: RouterConfig;
  readonly general: GeneralConfig;
  readonly settings: GatewaySettings;
  /** [earshot_settings.providers] Packages that bring further providers, by npm name or path. */
  readonly providers: readonly string[];
  /** [environment_variables] With references resolved; they come before the process's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One entry of `model_list`; the names in brackets are those of `litellm_params`. */
export interface DeploymentConfig {
  /** [model_name] What clients ask for; `*` stands for any characters. */
  readonly group: string;
  /** [model] As written, such as `azure/my-whisper`. */
  readonly model: string;
  /** [custom_llm_provider] */
  readonly customProvider?: string;
  readonly apiKey?: string;
  readonly apiBase?: string;
  /** As written, also where it looks like a date. */
  readonly apiVersion?: string;
  readonly organization?: string;
  readonly timeoutMs?: number;
  readonly streamTimeoutMs?: number;
  readonly streamIdleTimeoutMs?: number;
  /** Requests a minute. */
  readonly rpm?: number;
  /** Tokens a minute; for audio only a weight. */
  readonly tpm?: number;
  readonly weight?: number;
  /** Lower is tried first. */
  readonly order?: number;
  readonly maxParallelRequests?: number;
  readonly numRetries?: number;
  /** [cooldown_time] 0 for never. */
  readonly cooldownMs?: number;
  readonly allowedFails?: number;
  readonly tags: readonly string[];
  readonly maxFileSizeMb?: number;
  readonly dropParams?: boolean;
  readonly extraHeaders: Readonly<Record<string, string>>;
  /** Every other key: presets of request fields (`language`, `prompt`, …) and provider options. */
  readonly extra: Readonly<Record<string, JsonValue>>;
  readonly modelInfo: ModelInfo;
  /** [model_info.id] Unique in the config. */
  readonly id?: string;
  readonly location: ConfigLocation;
}

/** What `model_info` tells about a deployment, without its `id`. */
export interface ModelInfo {
  readonly mode?: string;
  /** [base_model] The real model behind a deployment's own name, such as `azure/whisper-1`. */
  readonly baseModel?: string;
  /** The user's own entries. */
  readonly extra: Readonly<Record<string, JsonValue>>;
}

/** How often something may happen, for each kind of error that is named. */
export type PerErrorCode = Readonly<Partial<Record<ErrorCode, number>>>;

/** What the file says of routing, mostly in `router_settings`, named as the router names it. */
export interface RouterConfig {
  readonly strategy?: RoutingStrategy;
  readonly numRetries?: number;
  readonly timeoutMs?: number;
  readonly streamTimeoutMs?: number;
  readonly streamIdleTimeoutMs?: number;
  /** [earshot_settings.total_timeout] */
  readonly totalTimeoutMs?: number;
  readonly retryAfterMs?: number;
  readonly allowedFails?: number;
  readonly cooldownMs?: number;
  readonly disableCooldowns?: boolean;
  readonly fallbacks?: Readonly<Record<string, readonly string[]>>;
  readonly defaultFallbacks?: readonly string[];
  readonly maxFallbacks?: number;
  readonly modelGroupAlias?: Readonly<Record<string, ModelGroupAlias>>;
  readonly retryPolicy?: PerErrorCode;
  readonly modelGroupRetryPolicy?: Readonly<Record<string, PerErrorCode>>;
  readonly allowedFailsPolicy?: PerErrorCode;
  readonly enableTagFiltering?: boolean;
  readonly tagFilteringMatchAny?: boolean;
  readonly defaultMaxParallelRequests?: number;
}

/** Another name for a model group; a hidden one is left out of the list of models. */
export interface ModelGroupAlias {
  readonly model: string;
  readonly hidden: boolean;
}

/** What the server itself needs. */
export interface GeneralConfig {
  /** [master_key] Falls back to `LITELLM_MASTER_KEY`; undefined when no key is asked for. */
  readonly masterKey?: string;
  /** [max_request_size_mb] Of `earshot_settings`, else of `general_settings`. */
  readonly maxRequestSizeMb?: number;
  readonly host?: string;
  /** 0 for any free port. */
  readonly port?: number;
  /** How many processes serve; each reader has a default of its own. */
  readonly workers?: number;
  /** Origins that browsers may call from; `*` for all. */
  readonly allowedOrigins?: readonly string[];
  /** Where uploads that outgrow memory go; relative paths start at the config file. */
  readonly spoolDir?: string;
  /** Memory for one upload before it is spooled to disk. */
  readonly uploadMemoryMb?: number;
  /** Memory for all uploads together. */
  readonly totalUploadMemoryMb?: number;
  readonly maxFieldSizeKb?: number;
  readonly maxFormTextSizeKb?: number;
  readonly totalFormTextMb?: number;
  readonly maxFormParts?: number;
  readonly maxPartHeaderSizeKb?: number;
  /** In characters. */
  readonly maxBoundaryLength?: number;
  readonly uploadIdleTimeoutMs?: number;
  /** 0 for no least pace. */
  readonly uploadMinBytesPerSecond?: number;
  readonly headerTimeoutMs?: number;
  /** For how long a client may take nothing of its answer. */
  readonly responseIdleTimeoutMs?: number;
  readonly maxHeaderSizeKb?: number;
  readonly maxConnections?: number;
  /** Connections to one origin of a provider; undefined for no limit. */
  readonly maxUpstreamConnections?: number;
  /** HTTP/2 with providers that offer it. */
  readonly upstreamHttp2?: boolean;
}

/** What the gateway does with every request. */
export interface GatewaySettings {
  /** Leave out what a provider does not support instead of refusing it. */
  readonly dropParams: boolean;
  /** [request_timeout] Also becomes `router.timeoutMs` when the router has none of its own. */
  readonly requestTimeoutMs?: number;
  readonly emptyTranscript?: EmptyTranscriptPolicy;
  /** Clients may name audio by URL or stored file. */
  readonly allowRemoteInputs?: boolean;
}

/** What a transcript without text leads to: the answer as it is, another deployment, or a 422. */
export type EmptyTranscriptPolicy = "return" | "fallback" | "error";

/** The parts of a config that have constant defaults, with a value for each setting that has one. */
export interface DefaultSettings {
  readonly router: Required<
    Omit<
      RouterConfig,
      | "streamTimeoutMs"
      | "streamIdleTimeoutMs"
      | "totalTimeoutMs"
      | "retryPolicy"
      | "modelGroupRetryPolicy"
      | "allowedFailsPolicy"
      | "defaultMaxParallelRequests"
    >
  >;
  readonly general: Required<
    Omit<
      GeneralConfig,
      | "masterKey"
      | "host"
      | "workers"
      | "allowedOrigins"
      | "spoolDir"
      | "maxFormTextSizeKb"
      | "maxConnections"
      | "maxUpstreamConnections"
    >
  >;
  readonly settings: Required<Omit<GatewaySettings, "requestTimeoutMs">>;
}
