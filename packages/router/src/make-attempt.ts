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
}

export interface PlannedAttempt<T, R> {
  readonly choice: Choice<T>;
  readonly journey: Journey;
  readonly call: (attempt: Attempt<T>) => Promise<R>;
}

export type AttemptOutcome<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: TranscriptionError };

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

const startAttempt = <T, R>(
  { settings, clock }: AttemptParts,
  { choice, journey, call }: PlannedAttempt<T, R>,
): RunningAttempt<R> => {
  const { deployment, alone, wildcard } = choice.candidate;
  const { request, deadlineMs } = journey;
  const startedAtMs = clock.now();
  const countsFromMs = (): number =>
    Math.max(startedAtMs, request.audioArrivedAtMs?.() ?? startedAtMs);
  let isHeld = false;
  let noted: Promise<void> | undefined;
  const noteFailure = (error: TranscriptionError): Promise<void> =>
    (noted ??= choice.watched.failed({ error, alone }));
  const letGo = (): void => {
    run.end();
    choice.slot.release();
  };
  const onEnd = (error: TranscriptionError | undefined): void => {
    if (error !== undefined) void noteFailure(error);
    letGo();
  };
  const stop = (error: TranscriptionError): void => run.stop(error);
  const hold = <E>(first: E, rest: AsyncIterator<E>, signal: AbortSignal): AsyncIterable<E> => {
    isHeld = true;
    const now = clock.now();
    const left = { spentMs: now - countsFromMs(), requestMs: deadlineMs - now };
    const limits = streamLimits(deployment, settings, left);
    return holdStream({ first, rest, name: deployment.id, limits, clock, signal, stop, onEnd });
  };
  const ownTimeoutMs = attemptTimeoutMs(deployment, request, settings);
  const timeoutMs = Math.min(ownTimeoutMs, deadlineMs - startedAtMs);
  const limits = { clock, timeoutMs, startedAtMs: countsFromMs, signal: request.signal };
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
    durationMs: () => clock.now() - countsFromMs(),
    succeed: () => {
      if (!isHeld) letGo();
    },
    fail: async (error) => {
      if (isHeld) run.stop(error);
      await noteFailure(error);
      letGo();
    },
  };
};

/**
 * Calls one deployment once, notes what came of it, and releases the slot: after a failure at once,
 * after a success when the stream that it began is over.
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
