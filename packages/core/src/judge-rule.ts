import type { AudioFile } from "./audio-source.ts";
import type { Capabilities } from "./capabilities.ts";
import type { ErrorCode } from "./errors.ts";
import type { TranscriptionRequest } from "./transcription-request.ts";

/** What is asked of whichever model answers: a request without what belongs to one model alone. */
export type Asked = Omit<TranscriptionRequest, "model" | "options">;

/**
 * `refuse`: wrong whichever model gets it. `elsewhere`: this model cannot do it, another may. `adapt`:
 * the same, but it could with other audio, split or converted; nothing does that yet. `estimate`: it
 * does it less well: by estimating times, or by imitating a stream. `ignore`: a mere hint, left out
 * with a warning.
 */
export type VerdictKind = "refuse" | "elsewhere" | "adapt" | "estimate" | "ignore";

/** One kind of thing that a request may ask in vain. */
export interface Rule {
  /** For users, in the generated list of rules. */
  readonly about: string;
  readonly kind: VerdictKind;
  /** The error where it is not done; for `estimate` and `ignore` there is none. */
  readonly code: ErrorCode | undefined;
  /** The field of the request that asks for it. */
  readonly param: string;
  /**
   * What `drop_params` does with it. `field`: the field is left out of the request. `answer`: the
   * request stays, and its answer has less. Undefined: the request makes no sense without it.
   */
  readonly drop: "field" | "answer" | undefined;
  /**
   * What the model does, to be read after its name, such as `gives no word times`; for `refuse` a
   * sentence. Undefined when there is nothing to say.
   */
  readonly find: (asked: Asked, can: Capabilities) => string | undefined;
}

export const refuse = (param: string, about: string, find: Rule["find"]): Rule => ({
  about,
  kind: "refuse",
  code: "invalid_request",
  param,
  drop: undefined,
  find,
});
export const ignore = (param: string, about: string, find: Rule["find"]): Rule => ({
  about,
  kind: "ignore",
  code: undefined,
  param,
  drop: "field",
  find,
});
export const estimate = (param: string, about: string, find: Rule["find"]): Rule => ({
  about,
  kind: "estimate",
  code: undefined,
  param,
  drop: undefined,
  find,
});
type RuleBuilder = (param: string, about: string, find: Rule["find"]) => Rule;

const lacking =
  (drop: Rule["drop"]) =>
  (param: string, about: string, find: Rule["find"]): Rule => ({
    about,
    kind: "elsewhere",
    code: "unsupported_feature",
    param,
    drop,
    find,
  });
export const cannot: RuleBuilder = lacking(undefined);
export const cannotTake: RuleBuilder = lacking("field");
export const cannotGive: RuleBuilder = lacking("answer");

type FileFinder = (file: AudioFile, can: Capabilities) => string | undefined;

export const otherAudio = (code: ErrorCode, about: string, find: FileFinder): Rule => ({
  about,
  kind: "adapt",
  code,
  param: "file",
  drop: undefined,
  find: ({ audio }, can) => (audio.type === "file" ? find(audio, can) : undefined),
});
