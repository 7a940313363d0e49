import type { TranscriptionRequest } from "@earshot/core";
import { asArray } from "@earshot/provider-kit";

type Terms = Pick<TranscriptionRequest, "keywords" | "options">;

/** The client's keywords and the option of AssemblyAI's own name, each once. */
export function keytermsOf({ keywords, options }: Terms): readonly string[] {
  const own = asArray(options["keyterms_prompt"]).filter((term) => typeof term === "string");
  return [...new Set([...keywords, ...own])];
}
