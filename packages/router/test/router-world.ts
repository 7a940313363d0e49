import { TranscriptionError } from "@earshot/core";
import type {
  Asked,
  AttemptRecord,
  AudioFile,
  Capabilities,
  ErrorCode,
  TranscriptionErrorDetails,
} from "@earshot/core";
import { ableToAll as ableToMost, plainlyAsked as someAsked } from "@earshot/core/testing";
import { createVirtualClock } from "@earshot/core/testing";
import type { VirtualClock } from "@earshot/core/testing";
import { createRouter } from "../src/index.ts";
import type {
  Attempt,
  Deployment,
  Router,
  RouteRequest,
  RouteResult,
  RouterOptions,
  RouterSettings,
} from "../src/index.ts";

/** A deployment that can do everything. */
export const ableToAll: Capabilities = {
  ...ableToMost,
  nativeFormats: ["json", "text", "srt", "vtt", "verbose_json", "diarized_json"],
};

/** A deployment that can only write down what it hears. */
export const ableToLittle: Capabilities = {
  ...ableToAll,
  nativeFormats: ["json"],
  wordTimestamps: "none",
  segmentTimestamps: false,
  diarization: false,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  logprobs: false,
  urlInput: false,
};

export const deployment = (
  id: string,
  differs: Partial<Omit<Deployment, "id">> = {},
): Deployment => ({
  id,
  group: "whisper",
  capabilities: ableToAll,
  tags: [],
  ...differs,
});

const file: AudioFile = {
  type: "file",
  fileName: "talk.wav",
  mediaType: "audio/wav",
  sizeBytes: undefined,
  durationSeconds: undefined,
  open: () => {
    throw new Error("The router does not touch the audio.");
  },
};

/** Audio of which only that much is known. */
export const audioWith = (facts: Partial<AudioFile>): { readonly audio: AudioFile } => ({
  audio: { ...file, ...facts },
});

/** A plain transcription to JSON. */
export const plainlyAsked: Asked = { ...someAsked, ...audioWith({}) };

export const requestFor = (
  group = "whisper",
  differs: Partial<Omit<RouteRequest, "group">> = {},
): RouteRequest => ({
  group,
  asked: plainlyAsked,
  signal: new AbortController().signal,
  ...differs,
});

export const failure = (
  code: ErrorCode,
  details: TranscriptionErrorDetails & { message?: string } = {},
): TranscriptionError =>
  new TranscriptionError(code, details.message ?? `It said ${code}.`, details);

/** The settings of a router that the test says nothing of. */
export const usualSettings: RouterSettings = {
  strategy: "simple-shuffle",
  numRetries: 2,
  timeoutMs: 600_000,
  retryAfterMs: 0,
  allowedFails: 3,
  cooldownMs: 5000,
  disableCooldowns: false,
  fallbacks: {},
  defaultFallbacks: [],
  maxFallbacks: 5,
  modelGroupAlias: {},
  enableTagFiltering: false,
  tagFilteringMatchAny: true,
};

/** What a deployment does when it is called: throws, or answers what the function returns. */
export type Behaviour = ErrorCode | TranscriptionError | ((attempt: Attempt) => unknown);

export interface WorldOptions {
  readonly deployments: readonly Deployment[];
  readonly settings?: Partial<RouterSettings>;
  /** By deployment id. A list is used up call by call; without a behaviour a call answers the id. */
  readonly behaviours?: Record<string, Behaviour | Behaviour[]>;
  readonly random?: () => number;
  readonly options?: Partial<RouterOptions>;
}

export interface World {
  readonly clock: VirtualClock;
  readonly router: Router;
  /** The ids in the order in which they were called. */
  readonly calls: string[];
  readonly records: AttemptRecord[];
  readonly behaviours: Record<string, Behaviour | Behaviour[]>;
  readonly call: (attempt: Attempt) => Promise<unknown>;
  /** Sends a request and lets time pass until it has ended. */
  readonly send: (request?: RouteRequest) => Promise<RouteResult<unknown>>;
  /** The same for a request that is to fail. */
  readonly fail: (request?: RouteRequest) => Promise<TranscriptionError>;
}

/** A router with scripted deployments, in virtual time; `random` is 0 unless given. */
export function createWorld(world: WorldOptions): World {
  const clock = createVirtualClock({ startMs: 1_000_000 });
  const calls: string[] = [];
  const records: AttemptRecord[] = [];
  const behaviours = world.behaviours ?? {};
  const router = createRouter({
    deployments: world.deployments,
    settings: { ...usualSettings, ...world.settings },
    clock,
    random: world.random ?? (() => 0),
    onAttempt: (record) => void records.push(record),
    ...world.options,
  });
  const call = async (attempt: Attempt): Promise<unknown> => {
    const { id } = attempt.deployment;
    calls.push(id);
    const own = behaviours[id];
    const behaviour = Array.isArray(own) ? own.shift() : own;
    if (typeof behaviour === "string") throw failure(behaviour);
    if (TranscriptionError.is(behaviour)) throw behaviour;
    return behaviour === undefined ? id : behaviour(attempt);
  };
  const send: World["send"] = (request = requestFor()) => clock.run(router.run(request, call));
  const fail: World["fail"] = async (request) => {
    try {
      await send(request);
    } catch (error) {
      if (TranscriptionError.is(error)) return error;
      throw error;
    }
    throw new Error("The request was to fail, and did not.");
  };
  return { clock, router, calls, records, behaviours, call, send, fail };
}
