import type { TranscriptionError } from "./errors.ts";

/** One finished attempt. */
export interface AttemptRecord {
  readonly deploymentId: string;
  readonly group: string;
  /** Absent when it succeeded. */
  readonly error?: TranscriptionError | undefined;
  /** In milliseconds of the router's clock. */
  readonly startedAtMs: number;
  readonly durationMs: number;
}

/** Who answered, and after what. */
export interface Route {
  readonly deploymentId: string;
  readonly group: string;
  /** The provider's own model name. */
  readonly model: string;
  readonly providerKind: string;
  readonly attempts: readonly AttemptRecord[];
  readonly fallbackCount: number;
}
