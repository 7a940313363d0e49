import { capabilitiesOf } from "@earshot/core";
import type { CapabilityTable, TranscriptionRequest, Warning } from "@earshot/core";

type IgnoredBy = {
  /** As users know the provider, such as `Deepgram`. */
  readonly displayName: string;
  readonly capabilities: CapabilityTable;
};

/**
 * One warning for each field that was asked for and that the model's capabilities say it cannot
 * honour: prompt, keywords, temperature, logprobs, speakers, reference clips. Empty when there is none.
 */
export function ignoredFields(
  { displayName, capabilities }: IgnoredBy,
  request: TranscriptionRequest,
): readonly Warning[] {
  const able = capabilitiesOf(capabilities, request.model);
  const ignored: Readonly<Record<string, boolean>> = {
    prompt: request.prompt !== undefined && !able.prompt,
    keywords: request.keywords.length > 0 && !able.keywords,
    temperature: request.temperature !== undefined && !able.temperature,
    include: request.include.includes("logprobs") && !able.logprobs,
    diarize: request.diarize && !able.diarization,
    known_speaker_references: request.knownSpeakers.length > 0 && able.maxKnownSpeakers === 0,
  };
  return Object.entries(ignored).flatMap(([param, isIgnored]) =>
    isIgnored
      ? [
          {
            param,
            message: `'${param}' was left out: ${displayName} cannot do that with ${request.model}.`,
          },
        ]
      : [],
  );
}
