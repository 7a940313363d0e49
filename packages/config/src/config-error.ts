import type { Diagnostic } from "./diagnostic.ts";
import { formatDiagnostics } from "./format-diagnostics.ts";

const BRAND = Symbol.for("earshot.ConfigError");

/** A config that cannot be used. Its message is the readable list of all its problems. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Errors and warnings in the order of the file; at least one error. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(formatDiagnostics(diagnostics));
    this.diagnostics = diagnostics;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for errors of this class, also of another copy of this package. */
  static is(value: unknown): value is ConfigError {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}
