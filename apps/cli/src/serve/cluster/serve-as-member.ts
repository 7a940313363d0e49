import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { CommandIo, TextOutput } from "../../command-io.ts";
import { compileCacheProblem } from "../../compile-cache.ts";
import { EXIT } from "../../exit-codes.ts";
import { explainFailure } from "../../explain-failure.ts";
import { announceReloaded, configReport } from "../announce-config.ts";
import { prepare } from "../prepare.ts";
import { openServeOutput } from "../serve-output.ts";
import type { ServeOutput } from "../serve-output.ts";
import { serve } from "../serve.ts";
import type { Serving } from "../serve.ts";
import { factsOf } from "../server-facts.ts";
import { unusedConfigHint } from "../unused-config.ts";
import { clockInStep } from "./clock-in-step.ts";
import type { MessageFromWorker, StartMessage } from "./messages.ts";
import { createReplicatedState } from "./replicated-state.ts";
import type { SlotNews } from "./slot-messages.ts";
import { createSlotShares } from "./slot-shares.ts";
import type { StateUpdate } from "./state-operation.ts";

/** A worker from its start message to its end. */
export interface Membership {
  readonly exitCode: Promise<number>;
  /** Lets running requests end within that time; a later call can only shorten it. */
  readonly stop: (graceMs: number) => void;
  /** The same, except that clients may go on using their open connections for a moment. */
  readonly retire: (graceMs: number) => void;
  readonly receiveState: (update: StateUpdate) => void;
  readonly receiveSlots: (news: SlotNews) => void;
}

const outputsOf = ({ terminal }: StartMessage): Pick<CommandIo, "stdout" | "stderr"> => {
  const toOutput = (
    stream: NodeJS.WriteStream & { readonly fd: number },
    isTTY: boolean,
  ): TextOutput => ({
    write: (text, onFailed) => {
      stream.write(text, (error) => {
        if (error) onFailed?.(error);
      });
    },
    isTTY,
    columns: terminal.columns,
    fd: stream.fd,
    get unreadBytes() {
      return stream.writableLength;
    },
  });
  return {
    stdout: toOutput(process.stdout, terminal.stdout),
    stderr: toOutput(process.stderr, terminal.stderr),
  };
};

interface News {
  readonly message: StartMessage;
  readonly serving: Serving;
  readonly output: ServeOutput;
  readonly clock: Clock;
  /** Fires when the worker stops. */
  readonly signal: AbortSignal;
}

/** Tells what one worker tells for all of them. */
const tellNews = async ({ message, serving, output, clock, signal }: News): Promise<void> => {
  const { options, workers, startedAtMs } = message;
  const { announcer, progress, stderr } = output;
  const color = stderr.isTTY;
  if (message.news === "reload")
    announceReloaded({
      announcer,
      serving,
      loaded: serving,
      settled: { flags: options, workers },
      color,
    });
  if (message.news !== "start") return;
  announcer.configWarnings(configReport(serving.warnings, color));
  announcer.listening(factsOf(serving), clock.now() - startedAtMs);
  const hint = unusedConfigHint(options.configPath);
  if (hint !== undefined) announcer.hint(hint);
  const { env: environment } = process;
  const problem = compileCacheProblem(environment);
  if (problem !== undefined) announcer.warn(problem);
  await prepare({ serving, environment, announcer, progress, signal });
};

type Send = (message: MessageFromWorker) => Promise<void>;

/** What this worker shares with the others. */
const joinOthers = ({ worker, workers, known, moved }: StartMessage, clock: Clock, send: Send) => ({
  replicated: createReplicatedState({
    clock,
    known,
    send: (operations) => void send({ type: "state", operations }),
  }),
  slots: createSlotShares({
    worker,
    workers,
    moved,
    send: (said) => void send({ type: "slots", message: said }),
  }),
});

/** What clients may still send on open connections to a worker that was replaced. */
const RETIRED_MS = 2000;

/** Serves as the start message says; the exit code is 0 after `stop`. */
export function serveAsMember(message: StartMessage, send: Send): Membership {
  const { worker, workers, options, address } = message;
  const output = openServeOutput(options, outputsOf(message), worker);
  const clock = clockInStep(message.known.atMs);
  const { replicated, slots } = joinOthers(message, clock, send);
  const stopping = new AbortController();
  const { signal } = stopping;
  const { promise: graceGiven, resolve: giveGrace } = Promise.withResolvers<number>();
  let serving: Serving | undefined;

  const work = async (): Promise<number> => {
    const { configPath } = options;
    const { logger } = output;
    const where = address ?? { host: options.host, port: options.port };
    serving = await serve({
      configPath,
      ...where,
      environment: process.env,
      logger,
      clock,
      state: replicated.state,
      slotShares: slots.shares,
      workers,
    });
    const { host, port } = serving;
    await send({ type: "listening", address: { host, port } });
    const told = tellNews({ message, serving, output, clock, signal });
    const cutOff = await serving.close(await graceGiven);
    await told;
    await send({ type: "closed", cutOff });
    return EXIT.ok;
  };
  const fail = async (error: unknown): Promise<number> => {
    const { exitCode, text, problems = [] } = await explainFailure(error, output.stderr.isTTY);
    await send({ type: "failed", exitCode, text, problems });
    return exitCode;
  };
  const stop = (graceMs: number): void => {
    stopping.abort(new TranscriptionError("aborted", "The server is stopping."));
    giveGrace(graceMs);
    void serving?.close(graceMs);
  };
  const retire = (graceMs: number): void => {
    serving?.proxy.retire();
    setTimeout(() => stop(graceMs), RETIRED_MS);
  };
  const run = async (): Promise<number> => {
    const exitCode = await work().catch(fail);
    await output.flush();
    return exitCode;
  };
  return {
    exitCode: run(),
    stop,
    retire,
    receiveState: replicated.receive,
    receiveSlots: slots.receive,
  };
}
