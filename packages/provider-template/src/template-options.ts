import type { OptionTable } from "@earshot/core";

/**
 * Every parameter that the vendor has besides OpenAI's, under the vendor's own names: users write
 * them into their config, form or call, the gateway checks them against this table.
 *
 * @see https://template.example/docs/transcribe
 */
export const templateOptions: OptionTable = {
  punctuation: { type: "boolean", description: "Write punctuation, default true." },
  numbers: {
    type: "string",
    values: ["digits", "words"],
    description: "How numbers are written, default digits.",
  },
};
