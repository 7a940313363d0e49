import type { ResponseFormat } from "./transcription-request.ts";

/**
 * What one model of one provider can do, as frozen plain data: the router filters on it before any
 * call, and the tables of the documentation are generated from it. Formats that are absent from
 * `nativeFormats` are rendered by the gateway, given the times they need.
 */
export interface Capabilities {
  /** Formats that the provider itself answers in OpenAI's shape. */
  readonly nativeFormats: readonly ResponseFormat[];
  /** `estimated`: computed from the text, marked as such in the answer. */
  readonly wordTimestamps: "measured" | "estimated" | "none";
  readonly segmentTimestamps: boolean;
  readonly diarization: boolean;
  /** Up to how many voices can be named from reference clips; 0 for none. */
  readonly maxKnownSpeakers: number;
  /** True when text arrives while the provider is still working. */
  readonly streaming: boolean;
  /** Speech of any language to English text. */
  readonly translation: boolean;
  readonly prompt: boolean;
  /** Characters; undefined when no limit is known. */
  readonly maxPromptCharacters?: number;
  readonly keywords: boolean;
  /** Undefined when no limit is known. */
  readonly maxKeywords?: number;
  readonly maxKeywordCharacters?: number;
  /** Each of these characters is refused in a keyword, such as `<>`. Line breaks always are. */
  readonly forbiddenKeywordCharacters?: string;
  readonly temperature: boolean;
  readonly logprobs: boolean;
  /** ISO 639 codes, or `any`. */
  readonly languages: readonly string[] | "any";
  /** How many language hints it takes at once; undefined when no limit is known. */
  readonly maxLanguageHints?: number;
  /** False: it takes no settings of how speech is found in the audio; undefined when unknown. */
  readonly chunkingStrategy?: boolean;
  /** Whether it finds the language out when no hint is given. */
  readonly languageDetection: boolean;
  /** Whether the provider fetches audio from a URL by itself. */
  readonly urlInput: boolean;
  /** Media types, or `any`. */
  readonly mediaTypes: readonly string[] | "any";
  readonly maxSizeBytes?: number;
  readonly maxDurationSeconds?: number;
  readonly minDurationSeconds?: number;
  /** The day (YYYY-MM-DD) from which the provider no longer serves the model. */
  readonly shutdownDate?: string;
}

/** A provider's usual capabilities, and what differs for models whose names match. */
export interface CapabilityTable {
  readonly default: Capabilities;
  /** The first entry whose `match` fits wins; `*` stands for any characters. */
  readonly models?: readonly ModelCapabilities[];
}

export interface ModelCapabilities {
  readonly match: string;
  readonly differs: Partial<Capabilities>;
}

const matches = (pattern: string, model: string): boolean => {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return pattern === model;
  if (!model.startsWith(first) || !model.endsWith(last)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = model.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position + last.length <= model.length;
};

/** The capabilities of one model: the default with the first matching entry laid over it. */
export function capabilitiesOf(table: CapabilityTable, model: string): Capabilities {
  const entry = table.models?.find((candidate) => matches(candidate.match, model));
  return entry === undefined ? table.default : { ...table.default, ...entry.differs };
}

export { matches as matchesPattern };
