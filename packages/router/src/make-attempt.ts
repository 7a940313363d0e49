import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { Choice } from "./choose-candidate.ts";
import { abortedError, toTranscriptionError } from "./errors.ts";
import { holdStream } from "./hold-stream.ts";
import type { Journey } from "./journey.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { Attempt, RouteRequest } from "./router.ts";
import { attemptTimeoutMs, audioArrivedAtMs, streamLimits } from "./time-limits.ts";

export interface AttemptParts {
  readonly settings: RouterSettings;
  readonly clock: Clock;
  /** What the operator grants to a whole request. */
  readonly grantedMs: number;
}

export interface PlannedAttempt<R> {
  readonly choice: Choice;
  readonly journey: Journey;
  readonly call: (attempt: Attempt) => Promise<R>;
}

export type AttemptOutcome<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: TranscriptionError };

interface Limits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** When the time begins to count, which may move while the audio is still arriving. */
  readonly startedAtMs: () => number;
  /** Of the whole request. */
  readonly signal: AbortSignal;
}

interface LimitedRun<R> {
  /** Rejects with `timeout` or `aborted` at once, even if the work takes no notice of its signal. */
  readonly result: Promise<R>;
  /** Lets go of the request's signal, which else reaches the work also after the result is there. */
  readonly end: () => void;
  /** Fires the work's signal, with this error. */
  readonly stop: (error: TranscriptionError) => void;
}

/**
 * Runs the work with a signal of its own, which fires when the request's does, and when the time is
 * over before there is a result.
 */
function runLimited<R>(
  { clock, timeoutMs, startedAtMs, signal }: Limits,
  work: (signal: AbortSignal) => Promise<R>,
): LimitedRun<R> {
  const own = new AbortController();
  let reject: (error: unknown) => void;
  const stop = (error: TranscriptionError): void => {
    cancelTimer();
    // Rejecting first: what the work makes of its signal is not the reason.
    reject(error);
    own.abort(error);
  };
  const onAbort = (): void => stop(abortedError(signal));
  const onTimeout = (): void => {
    const leftMs = startedAtMs() + timeoutMs - clock.now();
    if (leftMs > 0) cancelTimer = clock.after(leftMs, onTimeout);
    else
      stop(
        new TranscriptionError(
          "timeout",
          `There was no answer within ${Math.round(timeoutMs) / 1000} s.`,
        ),
      );
  };
  let cancelTimer = clock.after(timeoutMs, onTimeout);
  signal.addEventListener("abort", onAbort, { once: true });
  const result = new Promise<R>((resolve, refuse) => {
    reject = refuse;
    work(own.signal).then(resolve, refuse);
  }).finally(() => cancelTimer());
  return { result, end: () => signal.removeEventListener("abort", onAbort), stop };
}

/** The part of an operator's time limits after which a deployment without an answer has failed. */
const ENOUGH = 0.5;

interface EndParts {
  readonly journey: Journey;
  readonly ownTimeoutMs: number;
  readonly grantedMs: number;
  readonly countsFromMs: () => number;
}

interface AttemptEnd {
  /** May move on while the audio is still arriving. */
  readonly atMs: () => number;
  /** As it was when last asked. */
  readonly hasPassed: (now: number) => boolean;
  /** True when it comes before the deployment has had the time that the operator grants it. */
  readonly isEarly: () => boolean;
}

/** The end of an attempt's time: its own, or before that the end of the whole request. */
const createEnd = ({ journey, ownTimeoutMs, grantedMs, countsFromMs }: EndParts): AttemptEnd => {
  let endMs = Infinity;
  let isEarly = false;
  return {
    atMs: () => {
      const fromMs = countsFromMs();
      const ownEndMs = fromMs + ownTimeoutMs;
      const deadlineMs = journey.deadlineMs();
      const isEnough = deadlineMs - fromMs >= ENOUGH * Math.min(ownTimeoutMs, grantedMs);
      isEarly = deadlineMs < ownEndMs && (journey.isHurried || !isEnough);
      endMs = Math.min(ownEndMs, deadlineMs);
      return endMs;
    },
    hasPassed: (now) => now >= endMs,
    isEarly: () => isEarly,
  };
};

/** Tells the board of the first failure, unless the deployment had no fair chance. */
const createBlame = ({ candidate: { alone }, watched }: Choice, clock: Clock) => {
  let told: Promise<void> | undefined;
  const tell = async (error: TranscriptionError, end: AttemptEnd): Promise<void> => {
    const isOver = error.code === "timeout" && end.hasPassed(clock.now());
    if (isOver && end.isEarly()) watched.givenUp();
    else await watched.failed({ error, alone });
  };
  return (error: TranscriptionError, end: AttemptEnd): Promise<void> => (told ??= tell(error, end));
};

/** One attempt under way. */
interface RunningAttempt<R> {
  readonly result: Promise<R>;
  readonly startedAtMs: number;
  /** Since the client last sent some of the audio. */
  readonly durationMs: () => number;
  /** Ends it after a success, unless it goes on as a stream. */
  readonly succeed: () => void;
  readonly fail: (error: TranscriptionError) => Promise<void>;
}

const startAttempt = <R>(
  { settings, clock, grantedMs }: AttemptParts,
  { choice, journey, call }: PlannedAttempt<R>,
): RunningAttempt<R> => {
  const { deployment, wildcard } = choice.candidate;
  const { request } = journey;
  const startedAtMs = clock.now();
  const countsFromMs = (): number => Math.max(startedAtMs, audioArrivedAtMs(request));
  const endOf = (ownTimeoutMs: number): AttemptEnd =>
    createEnd({ journey, ownTimeoutMs, grantedMs, countsFromMs });
  let end = endOf(attemptTimeoutMs(deployment, request, settings));
  let isHeld = false;
  const blame = createBlame(choice, clock);
  const letGo = (): void => {
    run.end();
    choice.slot.release();
  };
  const onEnd = (error: TranscriptionError | undefined): void => {
    if (error !== undefined) void blame(error, end);
    letGo();
  };
  const stop = (error: TranscriptionError): void => run.stop(error);
  const hold = <E>(first: E, rest: AsyncIterator<E>, signal: AbortSignal): AsyncIterable<E> => {
    isHeld = true;
    const { idleTimeoutMs, timeoutMs: ownTimeoutMs } = streamLimits(deployment, settings);
    end = endOf(ownTimeoutMs);
    const timeLeftMs = (): number => end.atMs() - clock.now();
    const { id: name } = deployment;
    return holdStream({ first, rest, name, idleTimeoutMs, timeLeftMs, clock, signal, stop, onEnd });
  };
  const timeoutMs = end.atMs() - startedAtMs;
  const beganAtMs = (): number => end.atMs() - timeoutMs;
  const limits = { clock, timeoutMs, startedAtMs: beganAtMs, signal: request.signal };
  const run = runLimited(limits, async (signal) =>
    call({
      deployment,
      wildcard,
      number: journey.attempts.length + 1,
      signal,
      holdStream: (first, rest) => hold(first, rest, signal),
    }),
  );
  return {
    result: run.result,
    startedAtMs,
    durationMs: () => clock.now() - countsFromMs(),
    succeed: () => {
      if (!isHeld) letGo();
    },
    fail: async (error) => {
      if (isHeld) run.stop(error);
      await blame(error, end);
      letGo();
    },
  };
};

const durationOf = ({ asked: { audio } }: RouteRequest): number | undefined =>
  audio.type === "file" ? audio.durationSeconds : undefined;

/**
 * Calls one deployment once, notes what came of it, and releases the slot: after a failure at once,
 * after a success when the stream that it began is over. An attempt that the end of the whole request
 * cuts off early says nothing of its deployment's health.
 */
export async function makeAttempt<R>(
  parts: AttemptParts,
  planned: PlannedAttempt<R>,
): Promise<AttemptOutcome<R>> {
  const { choice, journey } = planned;
  const { deployment } = choice.candidate;
  const attempt = startAttempt(parts, planned);
  const outcome = await attempt.result.then(
    (value) => ({ ok: true, value }) as const,
    (cause: unknown) => ({ ok: false, error: toTranscriptionError(cause) }) as const,
  );
  const durationMs = attempt.durationMs();
  const { startedAtMs } = attempt;
  const record = { deploymentId: deployment.id, group: deployment.group, startedAtMs, durationMs };
  if (outcome.ok) {
    const audioSeconds = durationOf(journey.request);
    choice.watched.succeeded({ durationMs, audioSeconds });
    attempt.succeed();
    journey.tried(record);
  } else {
    journey.tried({ ...record, error: outcome.error });
    await attempt.fail(outcome.error);
  }
  return outcome;
}
