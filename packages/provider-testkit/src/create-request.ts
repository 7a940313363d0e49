import type { TranscriptionRequest } from "@earshot/core";
import { createAudioSample } from "./speech-sample.ts";

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
