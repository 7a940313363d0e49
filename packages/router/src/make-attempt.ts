import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { Choice } from "./choose-candidate.ts";
import type { Journey } from "./journey.ts";
import { attemptTimeoutMs } from "./retry-rules.ts";
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

/** Keeps promises until all have settled; what a stream breaks with counts against the deployment. */
const createHolds = (onBroken: (error: TranscriptionError) => void) => {
  const held: Promise<void>[] = [];
  return {
    hold: (until: Promise<unknown>): void => {
      held.push(
        Promise.resolve(until).then(
          () => {},
          (cause: unknown) => {
            if (TranscriptionError.is(cause)) onBroken(cause);
          },
        ),
      );
    },
    release: (letGo: () => void): void => {
      if (held.length === 0) letGo();
      else void Promise.all(held).then(letGo);
    },
  };
};

/**
 * Calls one deployment once, notes what came of it, and releases the slot: after a failure at once,
 * after a success when everything that the attempt holds has settled.
 */
export async function makeAttempt<T, R>(
  parts: AttemptParts,
  { choice, journey, call }: PlannedAttempt<T, R>,
): Promise<AttemptOutcome<R>> {
  const { settings, clock } = parts;
  const { deployment, alone, wildcard } = choice.candidate;
  const { watched, slot } = choice;
  const { request } = journey;
  const startedAtMs = clock.now();
  const ownTimeoutMs = attemptTimeoutMs(deployment, request, settings);
  const timeoutMs = Math.min(ownTimeoutMs, journey.deadlineMs - startedAtMs);
  const holds = createHolds((error) => void watched.failed({ error, alone }));
  const number = journey.attempts.length + 1;
  const countsFromMs = (): number =>
    Math.max(startedAtMs, request.audioArrivedAtMs?.() ?? startedAtMs);
  const limits = { clock, timeoutMs, startedAtMs: countsFromMs, signal: request.signal };
  const run = runLimited(limits, async (signal) =>
    call({
      deployment,
      ...(wildcard === undefined ? {} : { wildcard }),
      number,
      signal,
      hold: holds.hold,
    }),
  );
  const letGo = (): void => {
    run.end();
    slot.release();
  };
  const outcome = await run.result.then(
    (value) => ({ ok: true, value }) as const,
    (cause: unknown) => ({ ok: false, error: toTranscriptionError(cause) }) as const,
  );
  const durationMs = clock.now() - countsFromMs();
  const record = { deploymentId: deployment.id, group: deployment.group, startedAtMs, durationMs };
  if (outcome.ok) {
    watched.succeeded({ durationMs, audioSeconds: request.requirements.durationSeconds });
    holds.release(letGo);
    journey.tried(record);
  } else {
    journey.tried({ ...record, error: outcome.error });
    await watched.failed({ error: outcome.error, alone });
    letGo();
  }
  return outcome;
}
