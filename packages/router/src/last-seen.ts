import { dateOf } from "@earshot/core";
import type { Clock, TranscriptionError } from "@earshot/core";
import type { DeploymentHealth } from "./types.ts";

/** The part of `DeploymentHealth` that is learnt from attempts. */
export type LastSeen = Pick<DeploymentHealth, "cooledUntilMs" | "lastError">;

interface News {
  /** In milliseconds of the clock. */
  readonly cooledUntilMs?: number | undefined;
  readonly lastError?: TranscriptionError | undefined;
}

/** What this process saw last of each deployment, to be shown without asking the state. */
export interface LastSeenBook {
  /** Fields that are absent stay as they are. */
  note(deploymentId: string, news: News): void;
  of(deploymentId: string): LastSeen;
}

export function createLastSeenBook(clock: Clock): LastSeenBook {
  const book = new Map<string, News>();
  return {
    note(deploymentId, news) {
      book.set(deploymentId, { ...book.get(deploymentId), ...news });
    },
    of(deploymentId) {
      const { cooledUntilMs = 0, lastError } = book.get(deploymentId) ?? {};
      const leftMs = cooledUntilMs - clock.now();
      return {
        ...(leftMs > 0 ? { cooledUntilMs: Math.round(dateOf(clock) + leftMs) } : {}),
        ...(lastError === undefined ? {} : { lastError }),
      };
    },
  };
}
