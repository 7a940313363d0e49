import type { Capabilities, CapabilityTable } from "@earshot/core";
import { openaiModelFamilies } from "@earshot/provider-openai-compatible";

/**
 * The day of the shutdown that OpenAI announced for every model but gpt-transcribe.
 *
 * @see https://platform.openai.com/docs/deprecations
 */
const SHUTDOWN_DATE = "2027-02-26";

const { whisper, gpt4oTranscribe, gpt4oDiarize, gptTranscribe, unknown } = openaiModelFamilies;

const ending = (capabilities: Capabilities): Capabilities => ({
  ...capabilities,
  shutdownDate: SHUTDOWN_DATE,
});

/**
 * What OpenAI's models can do; models of the future are taken for what the newest ones share. The
 * names with `whisper` in them are those of servers that stand in for OpenAI.
 *
 * @see https://platform.openai.com/docs/guides/speech-to-text
 */
export const openaiCapabilities: CapabilityTable = {
  default: unknown,
  models: [
    { match: "whisper-1", differs: ending(whisper) },
    { match: "gpt-4o-transcribe-diarize*", differs: ending(gpt4oDiarize) },
    { match: "gpt-4o-transcribe*", differs: ending(gpt4oTranscribe) },
    { match: "gpt-4o-mini-transcribe*", differs: ending(gpt4oTranscribe) },
    { match: "gpt-transcribe*", differs: gptTranscribe },
    { match: "*whisper*", differs: whisper },
  ],
};

/** True for models that OpenAI serves over its Realtime API only. */
export const isRealtimeOnly = (model: string): boolean =>
  /^gpt-(?:live|realtime)(?:-|$)|-realtime(?:-|$)/u.test(model);

type OwnLimit = "shutdownDate" | "maxSizeBytes" | "maxDurationSeconds" | "minDurationSeconds";

const withoutOwnLimits = <T extends Partial<Capabilities>>(capabilities: T): Omit<T, OwnLimit> => {
  const {
    shutdownDate: _shutdownDate,
    maxSizeBytes: _maxSizeBytes,
    maxDurationSeconds: _maxDurationSeconds,
    minDurationSeconds: _minDurationSeconds,
    ...rest
  } = capabilities;
  return rest;
};

/** True for OpenAI's own hosts, those for data residency among them. */
const isOpenaiHost = (baseUrl: string): boolean =>
  /^https?:\/\/(?:[\w-]+\.)*api\.openai\.com(?::\d+)?(?:\/|$)/iu.test(baseUrl);

/** Behind another base URL is another server: OpenAI's size limits and shutdown dates are not its. */
export function capabilitiesAt(baseUrl: string): CapabilityTable {
  if (isOpenaiHost(baseUrl)) return openaiCapabilities;
  const { default: usual, models = [] } = openaiCapabilities;
  return {
    default: withoutOwnLimits(usual),
    models: models.map(({ match, differs }) => ({ match, differs: withoutOwnLimits(differs) })),
  };
}
