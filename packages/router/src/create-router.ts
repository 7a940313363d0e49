import { ERROR_POLICY, matchesPattern, TranscriptionError } from "@earshot/core";

import { attemptsOf, withAttempts } from "./attempts-of.ts";
import type { Attempt, AttemptRecord, Deployment, Router, RouterOptions } from "./types.ts";

const toTranscriptionError = (cause: unknown): TranscriptionError =>
  TranscriptionError.is(cause)
    ? cause
    : new TranscriptionError("internal", "The attempt failed unexpectedly.", { cause });

/** Chooses deployments and runs attempts until one succeeds. */
export function createRouter<T>(options: RouterOptions<T>): Router<T> {
  const { deployments, settings, clock, onAttempt } = options;

  const deploymentsOf = (name: string): readonly Deployment<T>[] => {
    const target = settings.modelGroupAlias[name]?.model ?? name;
    const exact = deployments.filter(({ group }) => group === target);
    return exact.length > 0 ? exact : deployments.filter(({ group }) => matchesPattern(group, target));
  };

  return {
    async run(request, call) {
      const attempts: AttemptRecord[] = [];
      const candidates = deploymentsOf(request.group);
      let error = new TranscriptionError("model_not_found", `Unknown model "${request.group}".`);
      for (const deployment of candidates.slice(0, 1 + settings.numRetries)) {
        const startedAtMs = clock.now();
        const attempt: Attempt<T> = {
          deployment,
          number: attempts.length + 1,
          signal: request.signal,
          hold: () => {},
        };
        const record = { deploymentId: deployment.id, group: deployment.group, startedAtMs };
        try {
          const value = await call(attempt);
          attempts.push({ ...record, durationMs: clock.now() - startedAtMs });
          return { value, deployment, attempts, fallbackCount: 0 };
        } catch (cause) {
          error = toTranscriptionError(cause);
          attempts.push({ ...record, error, durationMs: clock.now() - startedAtMs });
          if (ERROR_POLICY[error.code].retry === "never") break;
        } finally {
          const last = attempts.at(-1);
          if (last !== undefined) onAttempt?.(last);
        }
      }
      throw withAttempts(error, [...attemptsOf(error), ...attempts]);
    },
    groups: () => [...new Set(deployments.map(({ group }) => group))],
    has: (name) => deploymentsOf(name).length > 0,
    deploymentsOf,
    health: () => deployments.map((deployment) => ({ deployment, inFlight: 0 })),
  };
}
