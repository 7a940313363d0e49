import { matchesPattern } from "@earshot/core";
import type { Capabilities, CapabilityTable } from "@earshot/core";
import { openaiModelFamilies } from "@earshot/provider-openai-compatible";

interface Model {
  /** Deployments are named as one likes; most bear the model's name, in any letter case. */
  readonly match: string;
  readonly name: string;
  readonly capabilities: Capabilities;
}

const { whisper, gpt4oTranscribe, gpt4oDiarize, gptTranscribe } = openaiModelFamilies;

const MODELS: readonly Model[] = [
  { match: "*iarize*", name: "gpt-4o-transcribe-diarize", capabilities: gpt4oDiarize },
  { match: "*4o*ranscribe*", name: "gpt-4o-transcribe", capabilities: gpt4oTranscribe },
  { match: "*pt*ranscribe*", name: "gpt-transcribe", capabilities: gptTranscribe },
];

const WHISPER: Model = { match: "*", name: "whisper-1", capabilities: whisper };

const modelOf = (name: string): Model =>
  MODELS.find(({ match }) => matchesPattern(match, name)) ?? WHISPER;

/** OpenAI's name for the model that `base_model`, or else the name of the deployment, points to. */
export function azureModelName(deployment: string, baseModel: string | undefined): string {
  return modelOf(baseModel ?? deployment).name;
}

/**
 * What deployments can do, by `base_model` where it is known, otherwise by their names; those that
 * say nothing are taken for Whisper.
 *
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/whisper-quickstart
 */
export function azureCapabilities(baseModel?: string): CapabilityTable {
  if (baseModel !== undefined) return { default: modelOf(baseModel).capabilities };
  return {
    default: whisper,
    models: MODELS.map(({ match, capabilities }) => ({ match, differs: capabilities })),
  };
}
