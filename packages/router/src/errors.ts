import type { AttemptRecord } from "@earshot/core";
import { ERROR_POLICY, TranscriptionError } from "@earshot/core";

/** The error of a request whose client is gone. */
export const abortedError = (signal: AbortSignal): TranscriptionError =>
  new TranscriptionError("aborted", "The request was cancelled.", { cause: signal.reason });

/** The error itself, or `internal` with it as the cause: nothing else may leave the package. */
export const toTranscriptionError = (cause: unknown): TranscriptionError =>
  TranscriptionError.is(cause)
    ? cause
    : new TranscriptionError("internal", "The request failed by a mistake in the program.", {
        cause,
      });

const attemptsByError = new WeakMap<TranscriptionError, readonly AttemptRecord[]>();

/** What was tried before `Router.run` rejected with this error; empty for every other value. */
export function attemptsOf(error: unknown): readonly AttemptRecord[] {
  return TranscriptionError.is(error) ? (attemptsByError.get(error) ?? []) : [];
}

/** Remembers the attempts behind an error; what is no `TranscriptionError` becomes an `internal` one. */
export function withAttempts(
  cause: unknown,
  attempts: readonly AttemptRecord[],
): TranscriptionError {
  const error = toTranscriptionError(cause);
  attemptsByError.set(error, attempts);
  return error;
}

/** A model or a deployment that could not be tried at all, and why. */
export interface Refusal {
  /** Such as `model "whisper"`, or the id of a deployment. */
  readonly name: string;
  readonly error: TranscriptionError;
}

/** The time for the whole request, where it kept something from being tried. */
export interface TimeLimit {
  readonly totalMs: number;
  /** True when the request itself asked for so little. */
  readonly isHurried: boolean;
  /** False when only the next attempt had no room any more. */
  readonly isOver: boolean;
}

export interface Misfortune {
  readonly model: string;
  readonly attempts: readonly AttemptRecord[];
  readonly refusals: readonly Refusal[];
  readonly limit?: TimeLimit | undefined;
}

const LONGEST_ANSWER = 300;

const shortened = (text: string): string =>
  text.length <= LONGEST_ANSWER ? text : `${text.slice(0, LONGEST_ANSWER)}…`;

const describe = (name: string, error: TranscriptionError, times = 1): string => {
  const status = error.upstreamStatus === undefined ? "" : ` ${error.upstreamStatus}`;
  const often = times === 1 ? "" : `, ${times} times`;
  return `${name} (${error.code}${status}${often}): ${error.message}`;
};

/** One sentence for each deployment, with what it answered last. */
const describeAttempts = (attempts: readonly AttemptRecord[]): readonly string[] => {
  const answers = new Map<string, { error: TranscriptionError; times: number }>();
  for (const { deploymentId, error } of attempts)
    if (error !== undefined)
      answers.set(deploymentId, { error, times: (answers.get(deploymentId)?.times ?? 0) + 1 });
  return [...answers].map(([id, { error, times }]) => describe(id, error, times)).map(shortened);
};

/**
 * The error that tells the client most: the last one that may pass by itself, so that it is worth
 * trying again, or else the last one; without attempts the asked model's own.
 */
const mostTelling = (
  failures: readonly TranscriptionError[],
  refusals: readonly Refusal[],
): TranscriptionError | undefined =>
  failures.findLast(({ code }) => ERROR_POLICY[code].retry === "here") ??
  failures.at(-1) ??
  refusals[0]?.error;

const soonest = (failures: readonly TranscriptionError[]): number | undefined => {
  const waits = failures.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return waits.length === 0 ? undefined : Math.min(...waits);
};

const headline = (model: string, attempts: number): string => {
  if (attempts === 0) return `Nothing could serve "${model}".`;
  return attempts === 1
    ? `The only attempt for "${model}" failed.`
    : `All ${attempts} attempts for "${model}" failed.`;
};

const describeLimit = ({ totalMs, isHurried, isOver }: TimeLimit): string => {
  const whose = isHurried ? "the timeout of the request" : "earshot_settings.total_timeout";
  const time = `${Math.round(totalMs) / 1000} s for the whole request (${whose})`;
  return isOver ? `The ${time} are over.` : `The ${time} leave no room for another attempt.`;
};

/** The error of a request whose time is over, unless it could not be tried at all. */
const outOfTime = (
  failures: readonly TranscriptionError[],
  { isHurried }: TimeLimit,
): TranscriptionError =>
  new TranscriptionError("timeout", "", {
    cause: failures.at(-1),
    param: isHurried ? "timeout" : undefined,
  });

/**
 * One error for everything that failed. A single failure comes out as it is; several are listed in
 * the message, under the code of the most telling one and the shortest `retryAfterMs`. Where the
 * time for the whole request is over, the code is `timeout`.
 */
export function combinedError(misfortune: Misfortune): TranscriptionError {
  const { model, attempts, refusals, limit } = misfortune;
  const failures = attempts.flatMap(({ error }) => error ?? []);
  const isOver = limit?.isOver === true && (failures.length > 0 || refusals.length === 0);
  const telling = isOver ? outOfTime(failures, limit) : mostTelling(failures, refusals);
  if (telling === undefined)
    return new TranscriptionError("timeout", `No time was left to try "${model}".`);
  if (limit === undefined && failures.length + refusals.length === 1) return telling;
  const refused = refusals
    .map((refusal) => describe(shortened(refusal.name), refusal.error))
    .map(shortened);
  const head = headline(model, failures.length);
  const mayPass = ERROR_POLICY[telling.code].retry === "here" || telling.retryAfterMs !== undefined;
  const limited = limit === undefined ? [] : [describeLimit(limit)];
  return telling.with({
    problem: [...limited, head, ...describeAttempts(attempts), ...refused].join(" "),
    remedy: undefined,
    cause: telling,
    retryAfterMs: mayPass ? soonest(failures) : undefined,
  });
}
