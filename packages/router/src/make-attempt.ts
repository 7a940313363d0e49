import type { Clock, TranscriptionError } from "@earshot/core";
import type { Choice } from "./choose-candidate.ts";
import { holdStream } from "./hold-stream.ts";
import type { Journey } from "./journey.ts";
import { attemptTimeoutMs, streamLimits } from "./retry-rules.ts";
import { runLimited } from "./run-limited.ts";
import { toTranscriptionError } from "./to-transcription-error.ts";
import type { Attempt, RouterSettings } from "./types.ts";

export interface AttemptParts {
  readonly settings: RouterSettings;
  readonly clock: Clock;
  /** What the operator grants to a whole request. */
  readonly grantedMs: number;
}

export interface PlannedAttempt<T, R> {
  readonly choice: Choice<T>;
  readonly journey: Journey;
  readonly call: (attempt: Attempt<T>) => Promise<R>;
}

export type AttemptOutcome<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: TranscriptionError };

/** The part of an operator's time limits after which a deployment without an answer has failed. */
const ENOUGH = 0.5;

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

/** Judges a deployment by how its attempt ended; the first word counts. */
const createVerdict = (
  { clock, grantedMs }: AttemptParts,
  {
    choice: { candidate, watched },
    journey,
  }: Pick<PlannedAttempt<unknown, unknown>, "choice" | "journey">,
) => {
  let noted: Promise<void> | undefined;
  const judge = async (error: TranscriptionError, usedMs: number, ownMs: number): Promise<void> => {
    const dueMs = Math.min(ownMs, grantedMs) * (journey.isHurried ? 1 : ENOUGH);
    const isCutOff = error.code === "timeout" && clock.now() >= journey.deadlineMs();
    if (isCutOff && usedMs < dueMs) watched.givenUp();
    else await watched.failed({ error, alone: candidate.alone });
  };
  return (error: TranscriptionError, usedMs: number, ownMs: number): Promise<void> =>
    (noted ??= judge(error, usedMs, ownMs));
};

const startAttempt = <T, R>(
  parts: AttemptParts,
  { choice, journey, call }: PlannedAttempt<T, R>,
): RunningAttempt<R> => {
  const { settings, clock } = parts;
  const { deployment, wildcard } = choice.candidate;
  const { request, deadlineMs } = journey;
  const startedAtMs = clock.now();
  const countsFromMs = (): number =>
    Math.max(startedAtMs, request.audioArrivedAtMs?.() ?? startedAtMs);
  const endsAtMs = (ownMs: number): number => Math.min(countsFromMs() + ownMs, deadlineMs());
  const durationMs = (): number => clock.now() - countsFromMs();
  const ownTimeoutMs = attemptTimeoutMs(deployment, request, settings);
  const verdict = createVerdict(parts, { choice, journey });
  let isHeld = false;
  const letGo = (): void => {
    run.end();
    choice.slot.release();
  };
  const stop = (error: TranscriptionError): void => run.stop(error);
  const hold = <E>(first: E, rest: AsyncIterator<E>, signal: AbortSignal): AsyncIterable<E> => {
    isHeld = true;
    const { idleTimeoutMs, timeoutMs: ownMs } = streamLimits(deployment, settings);
    const timeLeftMs = (): number => endsAtMs(ownMs) - clock.now();
    const onEnd = (error: TranscriptionError | undefined): void => {
      if (error !== undefined) void verdict(error, durationMs(), ownMs);
      letGo();
    };
    const { id: name } = deployment;
    return holdStream({ first, rest, name, idleTimeoutMs, timeLeftMs, clock, signal, stop, onEnd });
  };
  const timeoutMs = endsAtMs(ownTimeoutMs) - startedAtMs;
  const beganAtMs = (): number => endsAtMs(ownTimeoutMs) - timeoutMs;
  const limits = { clock, timeoutMs, startedAtMs: beganAtMs, signal: request.signal };
  const run = runLimited(limits, async (signal) =>
    call({
      deployment,
      ...(wildcard === undefined ? {} : { wildcard }),
      number: journey.attempts.length + 1,
      signal,
      holdStream: (first, rest) => hold(first, rest, signal),
    }),
  );
  return {
    result: run.result,
    startedAtMs,
    durationMs,
    succeed: () => {
      if (!isHeld) letGo();
    },
    fail: async (error) => {
      if (isHeld) run.stop(error);
      await verdict(error, durationMs(), ownTimeoutMs);
      letGo();
    },
  };
};

/**
 * Calls one deployment once, notes what came of it, and releases the slot: after a failure at once,
 * after a success when the stream that it began is over. An attempt that the end of the whole request
 * cuts off early says nothing of its deployment's health.
 */
export async function makeAttempt<T, R>(
  parts: AttemptParts,
  planned: PlannedAttempt<T, R>,
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
    const audioSeconds = journey.request.requirements.durationSeconds;
    choice.watched.succeeded({ durationMs, audioSeconds });
    attempt.succeed();
    journey.tried(record);
  } else {
    journey.tried({ ...record, error: outcome.error });
    await attempt.fail(outcome.error);
  }
  return outcome;
}
