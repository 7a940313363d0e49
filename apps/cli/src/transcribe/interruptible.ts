import { TranscriptionError } from "@earshot/core";
import type { CommandIo, StopSignal } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";

const exitCodeOf = (signal: StopSignal): number =>
  signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;

/**
 * Runs a task that a signal aborts; a second signal no longer waits for it. Resolves with the task's
 * exit code, or with 130 or 143 when a signal came. A task whose output nobody reads any more is
 * aborted too, with 0: its reader has all that it wanted.
 */
export async function interruptible(
  io: CommandIo,
  task: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<number>();
  const unsubscribe = io.onSignal((signal) => {
    if (received !== undefined) giveUp(EXIT.failed);
    received = signal;
    controller.abort(new TranscriptionError("aborted", "Stopped."));
  });
  let isReaderGone = false;
  const unsubscribeReader = io.onReaderGone?.(() => {
    isReaderGone = true;
    controller.abort(new TranscriptionError("aborted", "Nobody reads the output."));
  });
  try {
    const exitCode = await Promise.race([task(controller.signal), givenUp]);
    return received === undefined ? exitCode : exitCodeOf(received);
  } catch (error) {
    if (received !== undefined) return exitCodeOf(received);
    if (isReaderGone) return EXIT.ok;
    throw error;
  } finally {
    unsubscribe();
    unsubscribeReader?.();
  }
}
