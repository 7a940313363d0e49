import { fileURLToPath } from "node:url";
import { fileFromBlob, fileFromBytes, fileFromPath } from "@earshot/audio";
import { ConfigError } from "@earshot/config";
import type {
  AudioFile,
  AudioSource,
  ProviderDefinition,
  Transcript,
  Transport,
} from "@earshot/core";
import { defaultRouterSettings } from "@earshot/router";
import { builtinConfig } from "./builtin-config.ts";
import { requireOwnOptions, toCallError, wrongFile } from "./check-call.ts";
import { createGateway } from "./create-gateway.ts";
import type { GatewayRequest } from "./gateway-request.ts";
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
  if (!isAudioFile(file)) throw wrongFile();
  return file;
};

/** No config limits the call: its own limits are the only ones. */
const UNLIMITED = { numRetries: Infinity, timeoutMs: Infinity, totalTimeoutMs: Infinity };
const { numRetries: USUAL_RETRIES, timeoutMs: USUAL_TIMEOUT_MS } = defaultRouterSettings;

/** Gateways of earlier calls, by what they were made from: a second call loads no model again. */
const gateways = new Map<string, Gateway>();

const gatewayFor = (options: TranscriptionOptions): Gateway => {
  const { model, apiKey, apiBase, apiVersion, providers, transport } = options;
  const make = (): Gateway => {
    const builtin = builtinConfig({});
    const [template] = builtin.deployments;
    if (template === undefined) throw new Error("The built-in configuration is empty.");
    const deployment = {
      ...template,
      group: model,
      model,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(apiBase === undefined ? {} : { apiBase }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
      location: { ...template.location, file: "the call of transcription()", path: "model" },
    };
    return createGateway(
      // Whoever calls is the operator too.
      {
        ...builtin,
        router: UNLIMITED,
        settings: { ...builtin.settings, allowRemoteInputs: true },
        deployments: [deployment],
      },
      {
        ...(providers === undefined ? {} : { providers }),
        ...(transport === undefined ? {} : { transport }),
      },
    );
  };
  if (providers !== undefined || transport !== undefined) return make();
  const key = JSON.stringify([model, apiKey, apiBase, apiVersion]);
  const gateway = gateways.get(key) ?? make();
  gateways.set(key, gateway);
  return gateway;
};

const openGateway = (options: TranscriptionOptions): Gateway => {
  try {
    return gatewayFor(options);
  } catch (error) {
    throw ConfigError.is(error) ? toCallError(error) : error;
  }
};

/**
 * Transcribes one file with one model, as in
 * `await transcription({ model: "openai/whisper-1", file: "talk.mp3" })`, with keys from the usual
 * environment variables. Rejects with `TranscriptionError` only: `invalid_request` for a missing key
 * (it names the variable), an unknown provider or option, and a `file` that is a stream.
 */
export async function transcription(options: TranscriptionOptions): Promise<Transcript> {
  requireOwnOptions(options);
  const { file, ...request } = options;
  const audio = await toAudioSource(file);
  const gateway = openGateway(options);
  const { timeoutMs = USUAL_TIMEOUT_MS, numRetries = USUAL_RETRIES } = options;
  const { transcript } = await gateway.transcribe({ ...request, timeoutMs, numRetries, audio });
  return transcript;
}
