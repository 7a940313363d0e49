import type { CapabilityTable } from "./capabilities.ts";
import type { Clock } from "./clock.ts";
import type { HttpCall, HttpResponse } from "./http-call.ts";
import type { Logger } from "./logger.ts";
import type { OptionTable, OptionValue } from "./option-spec.ts";
import type { Transcript, TranscriptEvent } from "./transcript.ts";
import type { TranscriptionRequest } from "./transcription-request.ts";

/** Everything from outside that a provider may use during one attempt. */
export interface ProviderContext {
  /** Fires when the client is gone or the deadline has passed. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Makes an HTTP call bound to `signal`; see `Transport` for how it fails. */
  readonly send: (call: HttpCall) => Promise<HttpResponse>;
  readonly logger: Logger;
  /**
   * Tells the gateway's callers apart, for providers that divide something among them: an opaque text,
   * never sent or logged; undefined when nobody said.
   */
  readonly caller?: string | undefined;
}

/** One provider with its credentials. Rejects with `TranscriptionError` only. */
export interface Provider {
  readonly specVersion: 1;
  readonly kind: string;
  /** Names this instance in logs and errors, such as `deepgram-eu`; by default the kind. */
  readonly id: string;
  readonly capabilities: CapabilityTable;
  transcribe(request: TranscriptionRequest, context: ProviderContext): Promise<Transcript>;
  /** Present when some model of the provider streams. */
  readonly stream?: (
    request: TranscriptionRequest,
    context: ProviderContext,
  ) => AsyncIterable<TranscriptEvent>;
  /** Resolves when the provider can serve; a cheap call that is not billed. */
  readonly checkHealth?: (context: ProviderContext) => Promise<void>;
  /** Lets go of what the provider holds; may be called twice. */
  readonly close?: () => Promise<void>;
}

/** What every provider is constructed from; the names in brackets are those of the config file. */
export interface ProviderSettings {
  readonly id?: string | undefined;
  /** [api_key] */
  readonly apiKey?: string | undefined;
  /** [api_base] */
  readonly baseUrl?: string | undefined;
  /** [api_version] */
  readonly apiVersion?: string | undefined;
  /** [organization] */
  readonly organization?: string | undefined;
  /** [extra_headers] Sent with every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The provider's own settings, already checked against its `settings` table. */
  readonly extra?: Readonly<Record<string, OptionValue>> | undefined;
  /** [model] Without the provider's prefix; undefined when the deployment is a wildcard. */
  readonly model?: string | undefined;
  readonly logger?: Logger | undefined;
}

/** What a provider package exports, and what a config file names. */
export interface ProviderDefinition {
  readonly specVersion: 1;
  /** The prefix in `kind/model`, such as `deepgram`. */
  readonly kind: string;
  /** Other prefixes that mean this provider, such as LiteLLM's `fireworks_ai`. */
  readonly aliases?: readonly string[] | undefined;
  readonly displayName: string;
  /** Where the vendor documents its API. */
  readonly documentationUrl: string;
  /** Environment variables, the first that is set wins. */
  readonly environment: {
    readonly apiKey: readonly string[];
    readonly baseUrl: readonly string[];
    readonly apiVersion?: readonly string[];
    readonly organization?: readonly string[];
    /** For the provider's own settings, by their names in the `settings` table. */
    readonly settings?: Readonly<Record<string, readonly string[]>>;
  };
  /** False for providers that serve without a key. */
  readonly requiresApiKey: boolean;
  /** True where every customer has an address of their own. */
  readonly requiresBaseUrl?: boolean | undefined;
  readonly capabilities: CapabilityTable;
  /** Options per request: `providerOptions`, extra form fields, `litellm_params`. */
  readonly options: OptionTable;
  /** True where the server behind it is unknown, so that options outside the table are sent as they are. */
  readonly passesUnknownOptions?: boolean | undefined;
  /** Settings at construction beyond the common ones; names as in `litellm_params`. */
  readonly settings?: OptionTable | undefined;
  /** Touches neither network nor environment. Throws `invalid_request` that names the setting. */
  create(settings: ProviderSettings): Provider;
}
