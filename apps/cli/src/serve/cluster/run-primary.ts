import { systemClock } from "@earshot/core";
import type { CommandIo } from "../../command-io.ts";
import { FailedCommand } from "../../failed-command.ts";
import { coalesced } from "../coalesced.ts";
import type { RunServeOptions } from "../run-serve.ts";
import { openServeOutput } from "../serve-output.ts";
import type { ServeOutput } from "../serve-output.ts";
import { waitForStop } from "../wait-for-stop.ts";
import { launchProcess, WorkerStartError } from "./launch-process.ts";
import type { LaunchParts } from "./launch-process.ts";
import { createSlotBank } from "./slot-bank.ts";
import type { SlotBank } from "./slot-bank.ts";
import { createStateHub } from "./state-hub.ts";
import { createSupervisor } from "./supervisor.ts";
import type { Supervisor, SupervisorParts } from "./supervisor.ts";
import type { ForkWorker } from "./worker-process.ts";

export interface PrimaryOptions {
  readonly options: RunServeOptions;
  readonly workers: number;
  readonly fork: ForkWorker;
}

const launcher = (
  { options, workers }: PrimaryOptions,
  { stdout, stderr }: CommandIo,
  parts: Omit<LaunchParts, "bank">,
): SupervisorParts["launch"] => {
  const banks = new Map<number, SlotBank>();
  return ({ worker, occasion, address, generation }) => {
    const bank = banks.get(generation) ?? createSlotBank(workers);
    banks.set(generation, bank);
    return launchProcess(
      { ...parts, bank },
      {
        worker,
        workers,
        options,
        address,
        // One worker speaks for all of them.
        news: worker === 1 && occasion !== "crash" ? occasion : "none",
        terminal: { stdout: stdout.isTTY, stderr: stderr.isTTY, columns: stderr.columns },
        startedAtMs: performance.timeOrigin,
      },
    );
  };
};

/** The exit code of a command whose first worker could not begin, after saying why. */
const explainStart = ({ end, reason }: WorkerStartError, { stderr }: ServeOutput): number => {
  if (reason === undefined)
    throw new FailedCommand(
      end.signal === null
        ? `the server ended before it listened, with exit code ${end.exitCode}.`
        : `the server was ended by ${end.signal} before it listened.`,
    );
  stderr.write(`${reason.text}\n`);
  return reason.exitCode;
};

const reload = async (supervisor: Supervisor, { announcer }: ServeOutput): Promise<void> => {
  try {
    await supervisor.reload();
  } catch (error) {
    if (!(error instanceof WorkerStartError)) throw error;
    const text = "earshot: the new worker ended before it listened.";
    announcer.notReloaded(error.reason ?? { text, problems: [] });
  }
};

/**
 * Keeps several processes serving on one port until a signal ends them all; resolves with the exit
 * code. This process itself serves nothing and stays small.
 */
export async function runPrimary(primary: PrimaryOptions, io: CommandIo): Promise<number> {
  const { options, workers, fork } = primary;
  const output = openServeOutput(options, io);
  const { announcer, logger, stdout, stderr, flush } = output;
  const parts = { fork, hub: createStateHub(systemClock), stdout, stderr };
  const launch = launcher(primary, io, parts);
  const supervisor = createSupervisor({ workers, launch, logger });
  // However this process ends, short of being killed: nothing stays behind.
  process.once("exit", supervisor.kill);
  try {
    await supervisor.start();
    const reloadOnce = coalesced(() => reload(supervisor, output));
    const ignoreReload = io.onReload?.(() => void reloadOnce());
    const { exitCode } = await waitForStop({
      serving: { close: async (graceMs = 0) => supervisor.stop(graceMs) },
      io,
      onStopping: () => {
        ignoreReload?.();
        announcer.stopping();
      },
    });
    return exitCode;
  } catch (error) {
    if (error instanceof WorkerStartError) return explainStart(error, output);
    throw error;
  } finally {
    supervisor.kill();
    await flush();
  }
}
