import type { AudioSource, ProviderContext, TranscriptionRequest } from "@earshot/core";
import { createContext, createRequest } from "@earshot/provider-testkit";

/** A request for the built-in model. */
export function requestFor(
  audio: AudioSource,
  more: Partial<TranscriptionRequest> = {},
): TranscriptionRequest {
  return createRequest("moonshine-tiny-en", { audio, ...more });
}

/** A context in which every call to the network fails. */
export function contextWith(signal?: AbortSignal): ProviderContext {
  const { context } = createContext({
    transport: () => Promise.reject(new Error("The local provider makes no calls.")),
  });
  return signal === undefined ? context : { ...context, signal };
}
