import { fileURLToPath } from "node:url";
import { fileFromBlob, fileFromBytes, fileFromPath } from "@earshot/audio";
import { ConfigError, defaultSettings } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type {
  AudioFile,
  AudioSource,
  GatewayRequest,
  ProviderDefinition,
  Transcript,
  Transport,
} from "@earshot/core";
import { builtinConfig } from "./builtin-config.ts";
import { createGateway } from "./create-gateway.ts";
import { CALL } from "./deployment-problem.ts";
import type { Gateway } from "./gateway.ts";

/** Audio as callers have it: a path, a URL object, bytes, a Blob or File, or an AudioFile. */
export type AudioInput = string | URL | Uint8Array | Blob | AudioFile;

/** The request of `transcription`, and where the call goes instead of the provider's usual place. */
export interface TranscriptionOptions extends Omit<
  GatewayRequest,
  "audio" | "timeoutMs" | "numRetries"
> {
  /** `http:` and `https:` URLs are fetched by the provider, and only by providers that can. */
  readonly file: AudioInput;
  /** Default: the provider's usual environment variable. */
  readonly apiKey?: string;
  readonly apiBase?: string;
  readonly apiVersion?: string;
  /** Milliseconds for everything together; default ten minutes. */
  readonly timeoutMs?: number | undefined;
  /** How often it is tried again after a failure that may pass; default 2. */
  readonly numRetries?: number | undefined;
  readonly providers?: readonly ProviderDefinition[];
  readonly transport?: Transport;
}

/** Typed as a record, so that a new option cannot be forgotten here. */
const OPTIONS: Readonly<Record<keyof TranscriptionOptions, true>> = {
  model: true,
  file: true,
  apiKey: true,
  apiBase: true,
  apiVersion: true,
  providers: true,
  transport: true,
  task: true,
  language: true,
  languages: true,
  prompt: true,
  keywords: true,
  temperature: true,
  responseFormat: true,
  timestampGranularities: true,
  include: true,
  chunkingStrategy: true,
  knownSpeakers: true,
  diarize: true,
  providerOptions: true,
  extra: true,
  dropParams: true,
  fallbacks: true,
  disableFallbacks: true,
  tags: true,
  timeoutMs: true,
  numRetries: true,
  signal: true,
  caller: true,
};

const inCamelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/gu, (_match, letter: string) => letter.toUpperCase());

function requireOwnOptions(options: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(OPTIONS, name)) continue;
    const meant = inCamelCase(name);
    const hint = Object.hasOwn(OPTIONS, meant)
      ? `It is called '${meant}' here.`
      : "A provider's own option belongs into 'extra', or into 'providerOptions' under the provider's name.";
    throw new TranscriptionError(
      "invalid_request",
      `transcription() has no option '${name}'. ${hint}`,
      { param: name },
    );
  }
}

/** For a `file` that is none; streams are none, because a second try reads again. */
const WRONG_FILE =
  "The option 'file' takes a path, a URL object, bytes (Uint8Array), a Blob or File, or an AudioFile. Read a stream into bytes first, or pass the path of its file.";

/** Callers without types pass anything, streams above all. */
const isAudioFile = (file: unknown): boolean =>
  typeof file === "object" &&
  file !== null &&
  "type" in file &&
  file.type === "file" &&
  "open" in file &&
  typeof file.open === "function";

const toAudioSource = async (file: AudioInput): Promise<AudioSource> => {
  if (typeof file === "string") return fileFromPath(file);
  if (file instanceof URL)
    return file.protocol === "file:"
      ? fileFromPath(fileURLToPath(file))
      : { type: "url", url: file.href };
  if (file instanceof Uint8Array) return fileFromBytes(file, "audio");
  if (file instanceof Blob) return fileFromBlob(file);
  if (!isAudioFile(file))
    throw new TranscriptionError("invalid_request", WRONG_FILE, { param: "file" });
  return file;
};

/** No config limits the call: its own limits are the only ones. */
const UNLIMITED = { numRetries: Infinity, timeoutMs: Infinity, totalTimeoutMs: Infinity };
const { numRetries: USUAL_RETRIES, timeoutMs: USUAL_TIMEOUT_MS } = defaultSettings.router;

/** Throws `invalid_request` for a setting that is missing or that the provider refuses. */
const openGateway = (options: TranscriptionOptions): Gateway => {
  const { model, apiKey, apiBase, apiVersion, providers, transport } = options;
  const builtin = builtinConfig({});
  const [template] = builtin.deployments;
  if (template === undefined) throw new Error("The built-in configuration is empty.");
  const location = { file: CALL, line: 0, column: 0, path: "model" };
  const deployment = { ...template, group: model, model, location };
  const config = {
    ...builtin,
    router: UNLIMITED,
    // Whoever calls is the operator too.
    settings: { ...builtin.settings, allowRemoteInputs: true },
    deployments: [
      {
        ...deployment,
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(apiBase === undefined ? {} : { apiBase }),
        ...(apiVersion === undefined ? {} : { apiVersion }),
      },
    ],
  };
  try {
    return createGateway(config, { providers, transport });
  } catch (error) {
    if (!ConfigError.is(error)) throw error;
    const [problem] = error.diagnostics;
    throw new TranscriptionError("invalid_request", problem?.message ?? error.message, {
      param: problem?.path,
      remedy: problem?.remedy,
    });
  }
};

type Closable = Pick<Gateway, "close">;

/** Keeps up to `most` gateways for the next call, by what they were made from. */
export function keepGateways<G extends Closable>(
  most: number,
): {
  /** Runs with the gateway of that key, or, without one, with a gateway that is closed after it. */
  use<R>(key: string | undefined, open: () => G, run: (gateway: G) => Promise<R>): Promise<R>;
  /** Closes what is not at work; the rest when it is done. */
  close(): Promise<void>;
} {
  interface Kept {
    readonly gateway: G;
    calls: number;
  }
  /** The last used last. */
  const kept = new Map<string, Kept>();
  let room = most;

  const closeSurplus = async (): Promise<void> => {
    const idle = [...kept].filter(([, { calls }]) => calls === 0);
    const surplus = idle.slice(0, Math.max(0, kept.size - room));
    for (const [key] of surplus) kept.delete(key);
    await Promise.all(surplus.map(async ([, { gateway }]) => gateway.close()));
  };

  return {
    async use(key, open, run) {
      const known = key === undefined ? undefined : kept.get(key);
      const entry = known ?? { gateway: open(), calls: 0 };
      entry.calls += 1;
      if (key !== undefined) {
        room = most;
        kept.delete(key);
        kept.set(key, entry);
      }
      try {
        return await run(entry.gateway);
      } finally {
        entry.calls -= 1;
        await (key === undefined ? entry.gateway.close() : closeSurplus());
      }
    },
    close: () => {
      room = 0;
      return closeSurplus();
    },
  };
}

const MOST_KEPT = 8;
const gateways = keepGateways<Gateway>(MOST_KEPT);

/**
 * Lets go of what earlier calls of `transcription` keep for the next one, such as a loaded model and
 * its worker; calls that are under way are not disturbed.
 */
export const closeTranscriptions = (): Promise<void> => gateways.close();

/** What was handed over in code has no name to find its gateway by. */
const keyOf = (options: TranscriptionOptions): string | undefined => {
  const { model, apiKey, apiBase, apiVersion, providers, transport } = options;
  if (providers !== undefined || transport !== undefined) return undefined;
  return JSON.stringify([model, apiKey, apiBase, apiVersion]);
};

/**
 * Transcribes one file with one model, as in
 * `await transcription({ model: "openai/whisper-1", file: "talk.mp3" })`, with keys from the usual
 * environment variables. The gateways of the last eight combinations of model, key and address are kept
 * for the next call, until `closeTranscriptions`. Rejects with `TranscriptionError` only: `invalid_request` for a missing key
 * (it names the variable), an unknown provider or option, and a `file` that is a stream.
 */
export async function transcription(options: TranscriptionOptions): Promise<Transcript> {
  requireOwnOptions(options);
  const { file, ...request } = options;
  const audio = await toAudioSource(file);
  const { timeoutMs = USUAL_TIMEOUT_MS, numRetries = USUAL_RETRIES } = options;
  const { transcript } = await gateways.use(
    keyOf(options),
    () => openGateway(options),
    (gateway) => gateway.transcribe({ ...request, timeoutMs, numRetries, audio }),
  );
  return transcript;
}
