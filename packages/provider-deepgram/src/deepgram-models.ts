/**
 * What Deepgram's models have in common where their parameters differ.
 *
 * @see https://developers.deepgram.com/docs/models-languages-overview
 */
export type ModelFamily = "flux" | "nova-3" | "nova-3-medical" | "nova-2" | "whisper" | "other";

/**
 * The family of a model by its name. `nova-2` are the general models of that generation, `other` is
 * everything older, made for one purpose or trained for one customer.
 */
export function familyOf(model: string): ModelFamily {
  const name = model.toLowerCase();
  if (name.startsWith("flux")) return "flux";
  if (name.startsWith("nova-3-medical")) return "nova-3-medical";
  if (name.startsWith("nova-3")) return "nova-3";
  if (name === "nova-2" || name === "nova-2-general") return "nova-2";
  return name.startsWith("whisper") ? "whisper" : "other";
}

/** The query parameter that takes terms to listen for; undefined for models without one. */
export function vocabularyParameterOf(family: ModelFamily): "keyterm" | "keywords" | undefined {
  switch (family) {
    case "nova-3":
    case "nova-3-medical":
      return "keyterm";
    case "nova-2":
    case "other":
      return "keywords";
    case "whisper":
    case "flux":
      return undefined;
  }
}
