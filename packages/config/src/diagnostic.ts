/** Where something stands in a config file. */
export interface ConfigLocation {
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  /** From 1; 0 when the whole file is meant. */
  readonly column: number;
  /** The keys that lead there, such as `model_list[0].litellm_params.api_key`; empty for the file. */
  readonly path: string;
}

/** One problem of a config file. Holds no secret and no value of an environment variable. */
export interface Diagnostic extends ConfigLocation {
  /** An error keeps the gateway from starting; a warning names a setting that has no effect. */
  readonly severity: "error" | "warning";
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** How to mend it, in one sentence. */
  readonly remedy: string;
  /** The line of the file with everything masked that might be secret; absent when `line` is 0. */
  readonly sourceLine?: string;
}
