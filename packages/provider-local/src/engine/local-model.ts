import type { FileRoles, ModelType } from "../models/model-families.ts";

/** A model whose files are on this machine: all that a decoder needs to load it. */
export interface LocalModel {
  readonly name: string;
  readonly type: ModelType;
  readonly folder: string;
  /** Absolute paths by sherpa-onnx's own role names, such as `encoder`. */
  readonly files: FileRoles<string>;
  /** Path of `tokens.txt`. */
  readonly tokens: string;
  /** Path of the Silero voice-activity model; undefined when there is none to be had. */
  readonly vad: string | undefined;
  /** ISO codes, or `any`. */
  readonly languages: readonly string[] | "any";
  /** Size of all weights on disk. */
  readonly weightsBytes: number;
  /** True when its files were checked against our own pinned hashes. */
  readonly pinned: boolean;
}
