import { systemClock } from "@earshot/core";
import type { Logger } from "@earshot/core";
import { FailedCommand } from "../../command-failure.ts";
import type { CommandIo } from "../../command-io.ts";
import type { ListenAddress, ServeFlags } from "../serve-flags.ts";
import { openServeOutput } from "../serve-output.ts";
import type { ServeOutput } from "../serve-output.ts";
import { waitForStop } from "../wait-for-stop.ts";
import type { StartMessage } from "./messages.ts";
import { createSharedSlots } from "./shared-slots.ts";
import type { SharedSlots } from "./shared-slots.ts";
import { createSharedState } from "./shared-state.ts";
import { openCluster, WorkerStartError } from "./worker-process.ts";
import type { WorkerProcess } from "./worker-process.ts";
import { createSupervisedWorker } from "./worker-supervision.ts";

/** How long requests may go on in a process that was replaced: as long as an upload may take. */
const REPLACED_GRACE_MS = 60 * 60 * 1000;

/** What differs between the processes that are started. */
type Order = Pick<StartMessage, "worker" | "address" | "news">;

/** All workers, numbered from 1. */
const createWorkers = (
  count: number,
  logger: Logger,
  startProcess: (order: Order, slots: SharedSlots) => WorkerProcess,
) => {
  let address: ListenAddress | undefined;
  let slots = createSharedSlots(count);
  let isStopping = false;
  const workers = Array.from({ length: count }, (_, index) => {
    const worker = index + 1;
    return createSupervisedWorker(worker, logger, (news) =>
      // One worker speaks for all of them.
      startProcess({ worker, address, news: worker === 1 ? news : "none" }, slots),
    );
  });
  const [first, ...others] = workers;

  const tellReady = (): void => {
    if (!isStopping)
      logger.info({ pids: workers.map(({ pid }) => pid()) }, `${count} workers are ready`);
  };
  const startOthers = async (): Promise<void> => {
    await Promise.all(others.map(async ({ startSurely }) => startSurely()));
    tellReady();
  };
  return {
    /** Resolves when the first listens. Rejects with `WorkerStartError` when it cannot. */
    start: async (): Promise<void> => {
      // Alone, so that what keeps it from starting is told once.
      address = await first?.start();
      void startOthers();
    },
    /**
     * Replaces every process by one that reads the config anew. Rejects with `WorkerStartError` when
     * the first of these cannot start; nothing has changed then.
     */
    reload: async (): Promise<void> => {
      const formerSlots = slots;
      slots = createSharedSlots(count);
      try {
        await first?.replace(REPLACED_GRACE_MS);
      } catch (error) {
        slots = formerSlots;
        if (isStopping) return;
        throw error;
      }
      const replaced = await Promise.allSettled(
        others.map(async ({ replace }) => replace(REPLACED_GRACE_MS)),
      );
      for (const { status } of replaced)
        if (status === "rejected")
          logger.error({}, "A worker could not be replaced and serves by the former config.");
      tellReady();
    },
    /** Lets running requests end within that time; resolves with how many were cut off. */
    stop: async (graceMs: number): Promise<number> => {
      isStopping = true;
      const cutOff = await Promise.all(workers.map(async ({ stop }) => stop(graceMs)));
      return cutOff.reduce((sum, each) => sum + each, 0);
    },
    /** Ends all processes at once. */
    kill: (): void => {
      isStopping = true;
      for (const { kill } of workers) kill();
    },
  };
};

/** The exit code of a command whose first worker could not begin, after saying why. */
const explainStart = ({ end, failure }: WorkerStartError, { stderr }: ServeOutput): number => {
  if (failure === undefined)
    throw new FailedCommand(
      end.signal === null
        ? `the server ended before it listened, with exit code ${end.exitCode}.`
        : `the server was ended by ${end.signal} before it listened.`,
    );
  stderr.write(`${failure.text}\n`);
  return failure.exitCode;
};

/**
 * Keeps several processes serving on one port until a signal ends them all; resolves with the exit
 * code. This process itself serves nothing and stays small.
 */
export async function runPrimary(flags: ServeFlags, count: number, io: CommandIo): Promise<number> {
  const output = openServeOutput(flags, io);
  const { announcer, logger, flush } = output;
  const startProcess = openCluster(createSharedState(systemClock), output);
  const workers = createWorkers(count, logger, (order, slots) => {
    const { isTTY, columns } = io.stderr;
    const terminal = { stdout: io.stdout.isTTY, stderr: isTTY, columns };
    const { timeOrigin: startedAtMs } = performance;
    return startProcess({ ...order, workers: count, flags, terminal, startedAtMs }, slots);
  });
  // However this process ends, short of being killed: nothing stays behind.
  process.once("exit", workers.kill);
  try {
    await workers.start();
    const { exitCode } = await waitForStop({
      io,
      close: workers.stop,
      reload: async () => {
        try {
          await workers.reload();
        } catch (error) {
          if (!(error instanceof WorkerStartError)) throw error;
          const text = "earshot: the new worker ended before it listened.";
          announcer.notReloaded(error.failure ?? { text, problems: [] });
        }
      },
      onStopping: announcer.stopping,
    });
    return exitCode;
  } catch (error) {
    if (error instanceof WorkerStartError) return explainStart(error, output);
    throw error;
  } finally {
    workers.kill();
    await flush();
  }
}
