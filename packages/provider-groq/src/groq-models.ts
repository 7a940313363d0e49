import type { Capabilities, CapabilityTable } from "@earshot/core";
import { openaiModelFamilies } from "@earshot/provider-openai-compatible";

const MEBIBYTE = 1024 * 1024;

/** Megabytes that Groq takes as an upload on its free plan. */
const USUAL_FILE_MEGABYTES = 25;

/** Characters that a prompt may have, keywords included; the documentation says 224 tokens. */
export const PROMPT_CHARACTERS = 896;

/** Groq refuses every other hint. */
const LANGUAGES = (
  "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur " +
  "hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si " +
  "km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha " +
  "ba jv su yue"
).split(" ");

const usual: Capabilities = {
  ...openaiModelFamilies.whisper,
  // Its json and text begin with a space, its verbose_json says "English": none is OpenAI's shape.
  nativeFormats: [],
  translation: false,
  maxPromptCharacters: PROMPT_CHARACTERS,
  languages: LANGUAGES,
  maxLanguageHints: 1,
  chunkingStrategy: false,
  urlInput: true,
  minDurationSeconds: 0.01,
};

/**
 * What Groq's models can do, given how large an upload the account's plan takes; of all of them only
 * whisper-large-v3 translates.
 *
 * @see https://console.groq.com/docs/speech-to-text
 */
export function groqCapabilities(maxFileMegabytes: number = USUAL_FILE_MEGABYTES): CapabilityTable {
  return {
    default: { ...usual, maxSizeBytes: maxFileMegabytes * MEBIBYTE },
    models: [{ match: "whisper-large-v3", differs: { translation: true } }],
  };
}
