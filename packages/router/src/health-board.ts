import { ERROR_POLICY } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { createCooldowns } from "./cooldowns.ts";
import type { Failure } from "./cooldowns.ts";
import { createLastSeenBook } from "./last-seen.ts";
import type { LastSeen } from "./last-seen.ts";
import type { RouterState } from "./router-state.ts";
import type { Strategy } from "./strategy.ts";
import type { Deployment, RouterSettings } from "./types.ts";
import { createUsageFigures } from "./usage-figures.ts";
import type { Usage, Work } from "./usage-figures.ts";

/** What is known of a deployment at one moment. */
export interface Standing extends Usage {
  /** Undefined when it is well; in the past while it still has to prove itself. */
  readonly cooledUntilMs: number | undefined;
}

/** One attempt as the board follows it; a stream that breaks later has failed after it succeeded. */
export interface WatchedAttempt {
  succeeded(work: Work): void;
  failed(failure: Pick<Failure, "error" | "alone">): Promise<void>;
  /** It was ended too early to prove anything. */
  givenUp(): void;
}

export interface HealthBoard {
  /** The standings in the order of the deployments, from one call to the state. */
  look(deployments: readonly Deployment<unknown>[]): Promise<readonly Standing[]>;
  /**
   * False when others go first: it cools down, or it has just done so and another request is finding
   * out whether it is well. To be asked without delay before `watch`.
   */
  isUsable(deployment: Deployment<unknown>, seen: Standing): boolean;
  /** To be called as an attempt starts, with what was seen then. */
  watch(deployment: Deployment<unknown>, seen: Standing): WatchedAttempt;
  lastSeen(deploymentId: string): LastSeen;
}

export interface HealthBoardParts {
  readonly state: RouterState;
  readonly settings: RouterSettings;
  readonly strategy: Strategy;
  readonly clock: Clock;
}

/** Knows which deployments are well, and learns from every attempt. */
export function createHealthBoard(parts: HealthBoardParts): HealthBoard {
  const { state, strategy, clock } = parts;
  const cooldowns = createCooldowns(parts);
  const figures = createUsageFigures(state, strategy);
  const book = createLastSeenBook(clock);
  /** Deployments that are just being tried to see whether they are well again. */
  const probed = new Set<string>();

  const look: HealthBoard["look"] = async (deployments) => {
    const now = clock.now();
    const keys = deployments.map((deployment) => figures.keys(deployment, now));
    const cooldownKeys = deployments.map(({ id }) => cooldowns.key(id));
    const values = await state.read([...cooldownKeys, ...keys.flat()]);
    let position = deployments.length;
    return deployments.map((deployment, index) => {
      const start = position;
      position += keys[index]?.length ?? 0;
      const cooledUntilMs = values[index];
      book.note(deployment.id, { cooledUntilMs });
      return {
        ...figures.read(deployment, values.slice(start, position)),
        cooledUntilMs,
      };
    });
  };

  const watch: HealthBoard["watch"] = (deployment, { cooledUntilMs }) => {
    const { id } = deployment;
    const probing = cooledUntilMs !== undefined;
    if (probing) probed.add(id);
    void figures.countRequest(deployment, clock.now());
    return {
      succeeded(work) {
        book.note(id, { lastError: undefined });
        void figures.countWork(deployment, work, clock.now());
        if (!probing) return;
        probed.delete(id);
        book.note(id, { cooledUntilMs: undefined });
        void cooldowns.clear(id);
      },
      givenUp() {
        if (probing) probed.delete(id);
      },
      async failed(failure) {
        if (probing) probed.delete(id);
        if (ERROR_POLICY[failure.error.code].health === "none") return;
        book.note(id, { lastError: failure.error });
        const untilMs = await cooldowns.record({ ...failure, deployment, probing });
        if (untilMs !== undefined) book.note(id, { cooledUntilMs: untilMs });
      },
    };
  };

  const isUsable: HealthBoard["isUsable"] = ({ id }, { cooledUntilMs }) =>
    cooledUntilMs === undefined || (cooledUntilMs <= clock.now() && !probed.has(id));

  return { look, isUsable, watch, lastSeen: (id) => book.of(id) };
}
