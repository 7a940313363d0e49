import { TranscriptionError } from "@earshot/core";
import { explainFailure } from "../../command-failure.ts";
import { streamOutput } from "../../command-io.ts";
import type { CommandIo } from "../../command-io.ts";
import { EXIT } from "../../exit-codes.ts";
import { announceReload, announceStart } from "../announce-serving.ts";
import { openServeOutput } from "../serve-output.ts";
import { serve } from "../serve.ts";
import type { Serving } from "../serve.ts";
import type { MessageFromWorker, MessageToWorker, StartMessage } from "./messages.ts";
import { createWorkerSlots } from "./shared-slots.ts";
import { clockInStep, createStateReplica } from "./shared-state.ts";

/** A worker from its start message to its end. */
export interface RunningWorker {
  /** 0 after a `stop` message. */
  readonly exitCode: Promise<number>;
  /** Takes what the primary says after the start message. */
  readonly receive: (message: Exclude<MessageToWorker, StartMessage>) => void;
}

type Send = (message: MessageFromWorker) => Promise<void>;

const outputsOf = ({ terminal }: StartMessage): Pick<CommandIo, "stdout" | "stderr"> => {
  const { columns } = terminal;
  return {
    stdout: streamOutput(process.stdout, { isTTY: terminal.stdout, columns }),
    stderr: streamOutput(process.stderr, { isTTY: terminal.stderr, columns }),
  };
};

/** What this worker shares with the others. */
const joinOthers = (start: StartMessage, send: Send) => {
  const clock = clockInStep(start.state.atMs);
  const { state, receive: receiveState } = createStateReplica(
    clock,
    start.state,
    (operations) => void send({ type: "state", operations }),
  );
  const { shares: slotShares, receive: receiveSlots } = createWorkerSlots(
    start,
    (request) => void send({ type: "slots", request }),
  );
  const { workers } = start;
  return { shared: { clock, state, slotShares, workers }, receiveState, receiveSlots };
};

/** What clients may still send on open connections to a worker that was replaced. */
const RETIRED_MS = 2000;

/** Serves as the start message says, and tells its news. */
export function runWorker(start: StartMessage, send: Send): RunningWorker {
  const { flags, news } = start;
  const { env: environment } = process;
  const output = openServeOutput(flags, outputsOf(start), start.worker);
  const { shared, receiveState, receiveSlots } = joinOthers(start, send);
  const stopping = new AbortController();
  const { promise: graceGiven, resolve: giveGrace } = Promise.withResolvers<number>();
  let serving: Serving | undefined;

  const serveAndTell = async (): Promise<void> => {
    const { logger } = output;
    serving = await serve({ ...flags, ...start.address, ...shared, environment, logger });
    const { host, port } = serving;
    await send({ type: "listening", address: { host, port } });
    const server = { serving, flags, environment, output };
    if (news === "reload") announceReload(server, serving, shared.workers);
    const upMs = shared.clock.now() - start.startedAtMs;
    const told = news === "start" ? announceStart(server, upMs, stopping.signal) : undefined;
    const cutOff = await serving.close(await graceGiven);
    await told;
    await send({ type: "closed", cutOff });
  };
  const run = async (): Promise<number> => {
    try {
      await serveAndTell();
      return EXIT.ok;
    } catch (error) {
      const failure = await explainFailure(error, output.stderr.isTTY);
      await send({ type: "failed", failure });
      return failure.exitCode;
    } finally {
      await output.flush();
    }
  };
  /** A later call can only shorten the time. */
  const stop = (graceMs: number): void => {
    stopping.abort(new TranscriptionError("aborted", "The server is stopping."));
    giveGrace(graceMs);
    void serving?.close(graceMs);
  };
  const receive: RunningWorker["receive"] = (message) => {
    switch (message.type) {
      case "stop":
        stop(message.graceMs);
        return;
      case "retire":
        // Clients may go on using their open connections for a moment.
        serving?.proxy.retire();
        setTimeout(stop, RETIRED_MS, message.graceMs);
        return;
      case "state":
        receiveState(message.update);
        return;
      case "slots":
        receiveSlots(message.news);
    }
  };
  return { exitCode: run(), receive };
}
