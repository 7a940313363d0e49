import type { OptionTable } from "@earshot/core";

/**
 * Every parameter of Mistral that OpenAI's own fields do not cover.
 *
 * @see https://docs.mistral.ai/api/endpoint/audio/transcriptions
 */
export const mistralOptions: OptionTable = {
  context_bias: {
    type: "string[]",
    description:
      "Terms and, for Voxtral 3, descriptions of the recording to listen for, besides `keywords`.",
  },
  file_id: {
    type: "string",
    description:
      "A file of Mistral's Files API that is transcribed in place of the request's own audio; clients may send it only with `earshot_settings.allow_remote_inputs`.",
    reachesOperator: true,
  },
  return_language: {
    type: "boolean",
    description:
      "Whether Voxtral 3 tells the language that it detects; by default it does when no `language` is given.",
  },
};
