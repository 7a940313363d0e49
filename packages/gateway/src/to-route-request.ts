import { needsOf } from "@earshot/core";
import type { AudioSource } from "@earshot/core";
import type { Requirements, RouteRequest } from "@earshot/router";
import type { GatewayRequest } from "./gateway-request.ts";
import { languageHints } from "./to-provider-request.ts";

const audioFacts = (
  audio: AudioSource,
): Pick<Requirements, "mediaType" | "sizeBytes" | "durationSeconds"> =>
  audio.type === "url"
    ? {}
    : {
        mediaType: audio.mediaType,
        sizeBytes: audio.sizeBytes,
        durationSeconds: audio.durationSeconds,
      };

const toRequirements = (asked: GatewayRequest, stream: boolean): Requirements => {
  const { audio } = asked;
  const responseFormat = asked.responseFormat ?? "json";
  return {
    task: asked.task ?? "transcribe",
    needs: needsOf({
      responseFormat,
      timestampGranularities: asked.timestampGranularities ?? [],
      diarize: asked.diarize ?? false,
    }),
    stream,
    ...audioFacts(audio),
    urlInput: audio.type === "url",
    languages: languageHints(asked),
    knownSpeakers: asked.knownSpeakers?.length ?? 0,
    logprobs: asked.include?.includes("logprobs") ?? false,
    responseFormat,
  };
};

/** What the router must know of a request: what it needs, and how often and where to try. */
export function toRouteRequest(
  asked: GatewayRequest,
  inputs: { readonly stream: boolean; readonly relax: boolean; readonly signal: AbortSignal },
): RouteRequest {
  return {
    group: asked.model,
    requirements: toRequirements(asked, inputs.stream),
    relax: inputs.relax,
    signal: inputs.signal,
    fallbacks: asked.fallbacks,
    disableFallbacks: asked.disableFallbacks,
    tags: asked.tags,
    numRetries: asked.numRetries,
    totalTimeoutMs: asked.timeoutMs,
    audioArrivedAtMs: asked.audioArrivedAtMs,
  };
}
