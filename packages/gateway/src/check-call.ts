import type { ConfigError } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type { TranscriptionOptions } from "./transcription.ts";

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
  audioArrivedAtMs: true,
  caller: true,
};

const inCamelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/gu, (_match, letter: string) => letter.toUpperCase());

/** Throws `invalid_request` for an option that `transcription` does not have. */
export function requireOwnOptions(options: object): void {
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

/** What to throw for a `file` that is none; streams are none, because a second try reads again. */
export function wrongFile(): TranscriptionError {
  return new TranscriptionError(
    "invalid_request",
    "The option 'file' takes a path, a URL object, bytes (Uint8Array), a Blob or File, or an AudioFile. Read a stream into bytes first, or pass the path of its file.",
    { param: "file" },
  );
}

const OWN_NAMES: ReadonlyMap<string, string> = new Map([
  ["api_key", "apiKey"],
  ["api_base", "apiBase"],
  ["api_version", "apiVersion"],
]);

/** The problems of a config that the caller never wrote, in terms of the call. */
export function toCallError({ diagnostics }: ConfigError): TranscriptionError {
  const words = diagnostics
    .map(({ message, remedy }) => `${message} ${remedy}`)
    .join(" ")
    .replaceAll(
      /set `(\w+)` under `litellm_params`(?: in the config, or pass `\w+` when the provider is created in code)?/giu,
      (_match, name: string) => `Write litellm_params.${name}`,
    );
  const key = [...OWN_NAMES.keys()].find((name) => words.includes(`litellm_params.${name}`));
  const message = words.replaceAll(
    /write litellm_params\.(\w+)/giu,
    (match, name: string) =>
      `${match.startsWith("W") ? "P" : "p"}ass '${OWN_NAMES.get(name) ?? name}'`,
  );
  return new TranscriptionError("invalid_request", message, {
    param: OWN_NAMES.get(key ?? "") ?? "model",
  });
}
