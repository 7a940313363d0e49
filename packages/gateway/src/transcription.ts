import { fileURLToPath } from "node:url";
import { fileFromBlob, fileFromBytes, fileFromPath } from "@earshot/audio";
import type {
  AudioFile,
  AudioSource,
  ProviderDefinition,
  Transcript,
  Transport,
} from "@earshot/core";
import { builtinConfig } from "./builtin-config.ts";
import { createGateway } from "./create-gateway.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Gateway } from "./gateway.ts";

/** Audio as callers have it: a path, a URL object, bytes, a Blob or File, or an AudioFile. */
export type AudioInput = string | URL | Uint8Array | Blob | AudioFile;

/** The request of `transcription`, and where the call goes instead of the provider's usual place. */
export interface TranscriptionOptions extends Omit<GatewayRequest, "audio"> {
  /** `http:` and `https:` URLs are fetched by the provider, and only by providers that can. */
  readonly file: AudioInput;
  /** Default: the provider's usual environment variable. */
  readonly apiKey?: string;
  readonly apiBase?: string;
  readonly apiVersion?: string;
  readonly providers?: readonly ProviderDefinition[];
  readonly transport?: Transport;
}

const toAudioSource = async (file: AudioInput): Promise<AudioSource> => {
  if (typeof file === "string") return fileFromPath(file);
  if (file instanceof URL)
    return file.protocol === "file:"
      ? fileFromPath(fileURLToPath(file))
      : { type: "url", url: file.href };
  if (file instanceof Uint8Array) return fileFromBytes(file, "audio");
  if (file instanceof Blob) return fileFromBlob(file);
  return file;
};

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
      { ...builtin, deployments: [deployment] },
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

/**
 * Transcribes one file with one model, as in
 * `await transcription({ model: "openai/whisper-1", file: "talk.mp3" })`, with keys from the usual
 * environment variables. Rejects with `TranscriptionError`, or `ConfigError` when the key is missing.
 */
export async function transcription(options: TranscriptionOptions): Promise<Transcript> {
  const { file, ...request } = options;
  const gateway = gatewayFor(options);
  const { transcript } = await gateway.transcribe({ ...request, audio: await toAudioSource(file) });
  return transcript;
}
