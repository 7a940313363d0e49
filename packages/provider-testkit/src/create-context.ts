import type { LogMethod, ProviderContext, Transport, TranscriptionRequest } from "@earshot/core";
import { createVirtualClock } from "@earshot/core/testing";
import type { VirtualClock } from "@earshot/core/testing";
import { createAudioSample } from "./speech-sample.ts";

/** A context for one attempt, and the means to end it. */
export interface TestContext {
  readonly context: ProviderContext;
  readonly clock: VirtualClock;
  /** Every line that was logged, as JSON. */
  readonly logs: readonly string[];
  abort(reason?: unknown): void;
  /** How many listeners hang on the signal. */
  listeners(): number;
}

export interface TestContextSettings {
  readonly transport: Transport;
  /** By default one that wakes every sleeper at once. */
  readonly clock?: VirtualClock;
}

/** Counts the listeners of a signal; removing one that is not there changes nothing. */
const countListeners = (signal: AbortSignal): (() => number) => {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  const replace = (name: string, value: unknown): void => {
    Object.defineProperty(signal, name, { value, configurable: true });
  };
  replace("addEventListener", (...[type, listener, options]: Parameters<typeof add>) => {
    if (type === "abort") listeners.add(listener);
    add(type, listener, options);
  });
  replace("removeEventListener", (...[type, listener, options]: Parameters<typeof remove>) => {
    listeners.delete(listener);
    remove(type, listener, options);
  });
  return () => (signal.aborted ? 0 : listeners.size);
};

/** Everything a provider is given for one attempt: virtual time, fixed randomness, no network. */
export function createContext(settings: TestContextSettings): TestContext {
  const { transport, clock = createVirtualClock({ autoAdvance: true }) } = settings;
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = countListeners(signal);
  const logs: string[] = [];
  const log: LogMethod = (fields, message) => {
    logs.push(JSON.stringify({ ...fields, message }));
  };
  const context: ProviderContext = {
    signal,
    clock,
    random: () => 0.5,
    send: (call) => transport(call, signal),
    logger: { debug: log, info: log, warn: log, error: log },
  };
  return { context, clock, logs, abort: (reason) => controller.abort(reason), listeners };
}

/** What a request shall say; everything else is what the gateway fills in. */
export type RequestPatch = Partial<TranscriptionRequest>;

/** A complete request as the gateway would hand it to a provider: plain json, a little audio. */
export function createRequest(model: string, patch: RequestPatch = {}): TranscriptionRequest {
  return {
    audio: patch.audio ?? createAudioSample().file,
    model,
    task: "transcribe",
    languages: [],
    prompt: undefined,
    keywords: [],
    temperature: undefined,
    responseFormat: "json",
    timestampGranularities: [],
    include: [],
    stream: false,
    chunkingStrategy: undefined,
    knownSpeakers: [],
    diarize: false,
    options: {},
    ...patch,
  };
}
