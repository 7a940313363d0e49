import type { TranscriptionError } from "@earshot/core";
import { classifyHttpFailure } from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";
import { isFireworksHost, SHUTDOWN_DATE } from "./fireworks-models.ts";

const REMEDY =
  `Fireworks ended its audio service on ${SHUTDOWN_DATE} and refuses valid keys, too: use another ` +
  "provider, such as groq/whisper-large-v3-turbo, deepgram/nova-3 or a local model.";

/**
 * Reads a 401 of Fireworks' own hosts as the end of the service; undefined leaves any other failure
 * to the common rules.
 *
 * @see https://docs.fireworks.ai/updates/changelog
 */
export function classifyFireworksError(
  failure: HttpFailure,
  baseUrl: string,
): TranscriptionError | undefined {
  if (failure.status !== 401 || !isFireworksHost(baseUrl)) return undefined;
  return classifyHttpFailure(failure).with({
    code: "service_discontinued",
    param: undefined,
    retryAfterMs: undefined,
    // In place of the advice to look for a key that is not at fault.
    remedy: REMEDY,
  });
}
