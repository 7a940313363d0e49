import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type { TranscriptionErrorDetails } from "@earshot/core";
import type { AttemptRecord } from "./types.ts";

/** A group that could not be tried at all, and why. */
export interface Refusal {
  readonly model: string;
  readonly error: TranscriptionError;
}

export interface Misfortune {
  readonly model: string;
  readonly attempts: readonly AttemptRecord[];
  readonly refusals: readonly Refusal[];
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

/**
 * One error for everything that failed. A single failure comes out as it is; several are listed in
 * the message, under the code of the most telling one and the shortest `retryAfterMs`.
 */
export function combinedError({ model, attempts, refusals }: Misfortune): TranscriptionError {
  const failures = attempts.flatMap(({ error }) => error ?? []);
  const telling = mostTelling(failures, refusals);
  if (telling === undefined)
    return new TranscriptionError("timeout", `No time was left to try "${model}".`);
  if (failures.length + refusals.length === 1) return telling;
  const refused = refusals.map((refusal) => describe(`model "${refusal.model}"`, refusal.error));
  const head = headline(model, failures.length);
  const retryAfterMs = ERROR_POLICY[telling.code].retry === "here" ? soonest(failures) : undefined;
  return new TranscriptionError(
    telling.code,
    [head, ...describeAttempts(attempts), ...refused].join(" "),
    {
      cause: telling,
      ...definedDetails(telling),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

const definedDetails = ({
  param,
  provider,
  upstreamStatus,
  requestId,
}: TranscriptionError): TranscriptionErrorDetails => ({
  ...(param === undefined ? {} : { param }),
  ...(provider === undefined ? {} : { provider }),
  ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
  ...(requestId === undefined ? {} : { requestId }),
});
