import type { EmptyTranscriptPolicy } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type { Transcript } from "@earshot/core";
import { attemptsOf } from "@earshot/router";
import type { Attempt, RouteResult } from "@earshot/router";
import type { DeploymentTarget } from "./deployment-target.ts";

interface Answer {
  readonly answer: Transcript;
  readonly attempt: Attempt<DeploymentTarget>;
}

/** One request's view of the policy: it remembers the empty answer in case nobody has a better one. */
export interface EmptyTranscriptGuard {
  /** Passes a transcript through, or throws `empty_transcript` so that the router moves on. */
  readonly check: (answer: Answer) => Answer;
  /** Resolves with the remembered empty transcript when no deployment heard anything. */
  readonly guard: (run: Promise<RouteResult<Answer>>) => Promise<RouteResult<Answer>>;
}

/** Makes the guard for one request. */
export function createEmptyTranscriptGuard(policy: EmptyTranscriptPolicy): EmptyTranscriptGuard {
  let remembered: Answer | undefined;
  return {
    check: (answer) => {
      if (answer.answer.text !== "" || policy === "return") return answer;
      remembered ??= answer;
      const { id } = answer.attempt.deployment;
      throw new TranscriptionError("empty_transcript", `${id} heard no speech in the audio.`);
    },
    guard: (run) =>
      run.catch((error: unknown) => {
        if (remembered === undefined || policy === "error") throw error;
        if (TranscriptionError.is(error) && error.code === "aborted") throw error;
        const { deployment } = remembered.attempt;
        return { value: remembered, deployment, attempts: attemptsOf(error), fallbackCount: 0 };
      }),
  };
}
