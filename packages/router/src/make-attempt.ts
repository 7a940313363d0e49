import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { Choice } from "./choose-candidate.ts";
import { abortedError, toTranscriptionError } from "./errors.ts";
import type { WatchedAttempt } from "./health-board.ts";
import { holdStream } from "./hold-stream.ts";
import type { Journey } from "./journey.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { Attempt } from "./router.ts";
import { attemptTimeoutMs, countsFromMs, streamLimits } from "./time-limits.ts";

export interface AttemptParts {
  readonly settings: RouterSettings;
  readonly clock: Clock;
  /** What the operator grants to a whole request. */
  readonly grantedMs: number;
}

export type AttemptOutcome<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: TranscriptionError };

interface LimitedRun<R> {
  /** Rejects with `timeout` or `aborted` at once, even if the work takes no notice of its signal. */
  readonly result: Promise<R>;
  /** Lets go of the request's signal, which else reaches the work also after the result is there. */
  readonly end: () => void;
  /** Fires the work's signal, with this error. */
  readonly stop: (error: TranscriptionError) => void;
}

interface Limits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** When the time is over, which may move on while the audio is still arriving. */
  readonly endMs: () => number;
  /** Of the whole request. */
  readonly signal: AbortSignal;
}

/**
 * Runs the work with a signal of its own, which fires when the request's does, and when the time is
 * over before there is a result.
 */
function runLimited<R>(
  { clock, timeoutMs, endMs, signal }: Limits,
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
    const leftMs = endMs() - clock.now();
    const message = `There was no answer within ${Math.round(timeoutMs) / 1000} s.`;
    if (leftMs > 0) cancelTimer = clock.after(leftMs, onTimeout);
    else stop(new TranscriptionError("timeout", message));
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

interface AttemptEnd {
  /** May move on while the audio is still arriving. */
  readonly atMs: () => number;
  /** Whether it has come before the deployment had the time that the operator grants it. */
  readonly cameEarly: () => boolean;
}

/** The end of an attempt's time: its own, or before that the end of the whole request. */
const createEnd = (
  { clock, grantedMs }: AttemptParts,
  { request, deadlineMs, isHurried }: Journey,
  { beganAtMs, timeoutMs }: { readonly beganAtMs: number; readonly timeoutMs: number },
): AttemptEnd => {
  let endMs = Infinity;
  let isEarly = false;
  return {
    atMs: () => {
      const fromMs = countsFromMs(request, beganAtMs);
      const limitMs = deadlineMs();
      const isEnough = limitMs - fromMs >= ENOUGH * Math.min(timeoutMs, grantedMs);
      isEarly = limitMs < fromMs + timeoutMs && (isHurried || !isEnough);
      endMs = Math.min(fromMs + timeoutMs, limitMs);
      return endMs;
    },
    // As it was when last asked: it does not move on any more by being over.
    cameEarly: () => isEarly && clock.now() >= endMs,
  };
};

/** Tells the board of the first failure, unless the deployment had no fair chance. */
const createBlame = (watched: WatchedAttempt) => {
  let told: Promise<void> | undefined;
  const tell = async (error: TranscriptionError, end: AttemptEnd): Promise<void> => {
    if (error.code === "timeout" && end.cameEarly()) watched.givenUp();
    else await watched.failed(error);
  };
  return (error: TranscriptionError, end: AttemptEnd): Promise<void> => (told ??= tell(error, end));
};

/** One attempt under way. */
interface RunningAttempt<R> {
  readonly result: Promise<R>;
  readonly startedAtMs: number;
  /** Ends it after a success, unless it goes on as a stream. */
  readonly succeed: () => void;
  readonly fail: (error: TranscriptionError) => Promise<void>;
}

/** Starts the call, within its limits; the slot and the blame are seen to in every ending. */
const startAttempt = <R>(
  parts: AttemptParts,
  { choice, journey }: { readonly choice: Choice; readonly journey: Journey },
  call: (attempt: Attempt) => Promise<R>,
): RunningAttempt<R> => {
  const { settings, clock } = parts;
  const { candidate, watched, slot } = choice;
  const { deployment, wildcard } = candidate;
  const { request } = journey;
  const startedAtMs = clock.now();
  const endAfter = (timeoutMs: number): AttemptEnd =>
    createEnd(parts, journey, { beganAtMs: startedAtMs, timeoutMs });
  let end = endAfter(attemptTimeoutMs(deployment, request, settings));
  let isHeld = false;
  const blame = createBlame(watched);
  const letGo = (): void => {
    run.end();
    slot.release();
  };
  const onEnd = (error: TranscriptionError | undefined): void => {
    if (error !== undefined) void blame(error, end);
    letGo();
  };
  const stop = (error: TranscriptionError): void => run.stop(error);
  const hold = <E>(first: E, rest: AsyncIterator<E>, signal: AbortSignal): AsyncIterable<E> => {
    isHeld = true;
    const { idleTimeoutMs, timeoutMs } = streamLimits(deployment, settings);
    end = endAfter(timeoutMs);
    const timeLeftMs = (): number => end.atMs() - clock.now();
    const { id: name } = deployment;
    return holdStream({ first, rest, name, idleTimeoutMs, timeLeftMs, clock, signal, stop, onEnd });
  };
  const number = journey.attempts.length + 1;
  const timeoutMs = end.atMs() - startedAtMs;
  const limits = { clock, timeoutMs, endMs: () => end.atMs(), signal: request.signal };
  const run = runLimited(limits, async (signal) =>
    call({
      deployment,
      wildcard,
      number,
      signal,
      holdStream: (first, rest) => hold(first, rest, signal),
    }),
  );
  return {
    result: run.result,
    startedAtMs,
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

/**
 * Calls one deployment once, notes what came of it, and releases the slot: after a failure at once,
 * after a success when the stream that it began is over. An attempt that the end of the whole request
 * cuts off early says nothing of its deployment's health.
 */
export async function makeAttempt<R>(
  parts: AttemptParts,
  planned: { readonly choice: Choice; readonly journey: Journey },
  call: (attempt: Attempt) => Promise<R>,
): Promise<AttemptOutcome<R>> {
  const { choice, journey } = planned;
  const { request } = journey;
  const { id: deploymentId, group } = choice.candidate.deployment;
  const { result, startedAtMs, succeed, fail } = startAttempt(parts, planned, call);
  const outcome = await result.then(
    (value) => ({ ok: true, value }) as const,
    (cause: unknown) => ({ ok: false, error: toTranscriptionError(cause) }) as const,
  );
  const durationMs = parts.clock.now() - countsFromMs(request, startedAtMs);
  const record = { deploymentId, group, startedAtMs, durationMs };
  if (outcome.ok) {
    const { audio } = request.asked;
    const audioSeconds = audio.type === "file" ? audio.durationSeconds : undefined;
    choice.watched.succeeded({ durationMs, audioSeconds });
    succeed();
    journey.tried(record);
  } else {
    journey.tried({ ...record, error: outcome.error });
    await fail(outcome.error);
  }
  return outcome;
}
