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
