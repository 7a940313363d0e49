/** What one check found. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly check: string;
  /** `fail`: something will not work. `warn`: something may surprise. */
  readonly status: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly remedy?: string;
}

/** A finding that asks for nothing. */
export const ok = (check: string, message: string): Finding => ({ check, status: "ok", message });

/** A finding of something that may surprise. */
export const warn = (check: string, message: string, remedy: string): Finding => ({
  check,
  status: "warn",
  message,
  remedy,
});

/** A finding of something that will not work. */
export const fail = (check: string, message: string, remedy: string): Finding => ({
  check,
  status: "fail",
  message,
  remedy,
});
