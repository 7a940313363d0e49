/**
 * Generations of Voxtral whose rules differ. Version 2 and what came before take no language beside
 * timestamps; version 1 knows no speakers, no words and no terms.
 *
 * @see https://docs.mistral.ai/studio/audio/migrate-from-voxtral-2
 */
export type VoxtralGeneration = 1 | 2 | 3;

/** Models by their whole names; every other one follows the rules of version 3. */
export const VOXTRAL_1: readonly string[] = ["voxtral-mini-2507"];
export const VOXTRAL_2: readonly string[] = ["voxtral-mini-2602", "voxtral-mini-latest"];

/** The generation whose rules a model follows; new and unknown models follow the newest. */
export function generationOf(model: string): VoxtralGeneration {
  if (VOXTRAL_1.includes(model)) return 1;
  return VOXTRAL_2.includes(model) ? 2 : 3;
}
