import { flag, text, textList } from "../field.ts";
import type { Field } from "../field.ts";
import { decimal } from "../number-field.ts";

/** Fields of a request that a deployment may preset; the request's own value comes first. */
export interface RequestFields {
  readonly language: Field<string>;
  readonly prompt: Field<string>;
  readonly keywords: Field<readonly string[]>;
  readonly temperature: Field<number>;
  readonly diarize: Field<boolean>;
}

/** See `RequestFields`. */
export const requestFields: RequestFields = {
  language: text({
    description: "Language of the audio for requests that name none.",
    default: "detected",
    example: "en",
    shown: true,
  }),
  prompt: text({
    description: "Prompt of requests that have none.",
    example: '"Names: Ada, Alan"',
  }),
  keywords: textList({
    description: "Names and terms to listen for, for requests that have none.",
    example: "[Earshot, Kubernetes]",
  }),
  temperature: decimal({
    description: "Sampling temperature of requests that have none.",
    minimum: 0,
    maximum: 1,
    default: "the provider's",
    example: "0",
  }),
  diarize: flag({
    description: "Whether speakers are told apart in requests that do not say.",
    default: "false",
  }),
};
