import type { GatewayRequest, Provider, Route, Transcript, TranscriptEvent } from "@earshot/core";
import type { DeploymentHealth } from "@earshot/router";

export interface TranscriptionOutcome {
  readonly transcript: Transcript;
  readonly route: Route;
}

export interface StreamOutcome {
  /** Deltas as they come, then one `done`; throws what breaks the stream after its first event. */
  readonly events: AsyncIterable<TranscriptEvent>;
  readonly route: Route;
}

/** One model name that clients may ask for. */
export interface ModelEntry {
  readonly id: string;
  /** The kinds of the providers behind it. */
  readonly providers: readonly string[];
  /** The day from which the last of its deployments is no longer served by the provider. */
  readonly shutdownDate?: string | undefined;
}

/** Speech-to-text over the deployments of one config. Everything rejects with `TranscriptionError`. */
export interface Gateway {
  transcribe(request: GatewayRequest): Promise<TranscriptionOutcome>;
  /** Resolves with the first event at hand, so that a provider that fails before it is replaced. */
  stream(request: GatewayRequest): Promise<StreamOutcome>;
  models(): readonly ModelEntry[];
  has(model: string): boolean;
  health(): readonly DeploymentHealth[];
  /** Asks every provider that has a health check; `undefined` for those that have none. */
  checkProviders(signal: AbortSignal): Promise<readonly ProviderHealth[]>;
  /** Lets go of all providers; may be called twice. */
  close(): Promise<void>;
}

export interface ProviderHealth {
  readonly deploymentId: string;
  readonly group: string;
  readonly provider: Provider["kind"];
  readonly healthy: boolean | undefined;
  readonly error?: string | undefined;
}
