import type { TranscriptionRequest, Warning } from "@earshot/core";

const warning = (param: string, message: string): Warning => ({ param, message });

type AskedFor = Pick<
  TranscriptionRequest,
  "prompt" | "keywords" | "temperature" | "include" | "chunkingStrategy" | "diarize"
>;

/** One warning for each thing that was asked for and that local models cannot do. */
export function ignoredOptions(request: AskedFor): readonly Warning[] {
  const { prompt, keywords, temperature, include, chunkingStrategy, diarize } = request;
  const warnings: (Warning | undefined)[] = [
    prompt === undefined || prompt === ""
      ? undefined
      : warning("prompt", "Local models take no prompt; it was left out."),
    keywords.length === 0
      ? undefined
      : warning("keywords", "Local models take no keywords; they were left out."),
    temperature === undefined || temperature === 0
      ? undefined
      : warning("temperature", "Local models always answer as at temperature 0."),
    include.includes("logprobs")
      ? warning("include", "Local models tell no logprobs; they were left out.")
      : undefined,
    typeof chunkingStrategy === "object"
      ? warning("chunking_strategy", "The local engine cuts audio in its own way, in pauses.")
      : undefined,
    diarize ? warning("diarize", "Local models do not tell speakers apart.") : undefined,
  ];
  return warnings.filter((found) => found !== undefined);
}
