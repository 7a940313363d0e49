import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { toTranscriptionError } from "./errors.ts";

export interface HeldStream<E> {
  /** Already read; it is the first event again. */
  readonly first: E;
  readonly rest: AsyncIterator<E>;
  /** The deployment's id, for messages. */
  readonly name: string;
  /** Until the next event. */
  readonly idleTimeoutMs: number;
  /** For all of it from now on; asked again when it is over, as it may move on. */
  readonly timeLeftMs: () => number;
  readonly clock: Clock;
  /** The attempt's: when it fires, the stream is over. */
  readonly signal: AbortSignal;
  /** Fires the signal. */
  readonly stop: (error: TranscriptionError) => void;
  /** Called once, in every ending, with what broke the stream. */
  readonly onEnd: (error: TranscriptionError | undefined) => void;
}

/**
 * Watches over a stream that has begun: it ends by itself, when its reader has enough, when it breaks,
 * when the client is gone, when no event comes in time, and when it takes too long altogether, even if
 * nobody reads it and the source takes no notice.
 */
export function holdStream<E>(held: HeldStream<E>): AsyncIterable<E> {
  const { rest, name, idleTimeoutMs, timeLeftMs, clock, signal, stop } = held;
  let pending: readonly E[] = [held.first];
  let isOver = false;
  let failure: TranscriptionError | undefined;
  let refuse: ((error: TranscriptionError) => void) | undefined;

  const end = (error?: TranscriptionError): void => {
    if (isOver) return;
    isOver = true;
    failure = error;
    pending = [];
    cancelTotal();
    signal.removeEventListener("abort", onAbort);
    held.onEnd(error);
  };
  const onAbort = (): void => {
    end(toTranscriptionError(signal.reason));
    if (failure !== undefined) refuse?.(failure);
  };
  const giveUp = (what: string) => (): void =>
    stop(new TranscriptionError("timeout", `The stream of ${name} ${what}`));
  const onIdle = giveUp(`sent nothing for ${idleTimeoutMs / 1000} s (stream_idle_timeout).`);
  const onTimeout = giveUp("was not complete in time (timeout).");
  const watchTotal = (): void => {
    const leftMs = timeLeftMs();
    if (leftMs > 0) cancelTotal = clock.after(leftMs, watchTotal);
    else onTimeout();
  };
  let cancelTotal = clock.after(Math.max(0, timeLeftMs()), watchTotal);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();

  const read = (): Promise<IteratorResult<E>> => {
    const cancelIdle = clock.after(idleTimeoutMs, onIdle);
    return new Promise<IteratorResult<E>>((resolve, reject) => {
      refuse = reject;
      rest.next().then(resolve, reject);
    }).finally(cancelIdle);
  };
  const next = async (): Promise<IteratorResult<E>> => {
    if (failure !== undefined) throw failure;
    const [ready] = pending;
    pending = pending.slice(1);
    if (ready !== undefined) return { value: ready };
    if (isOver) return { done: true, value: undefined };
    try {
      const step = await read();
      if (step.done === true) end();
      return step;
    } catch (error) {
      end(toTranscriptionError(error));
      throw error;
    }
  };
  const close = async (): Promise<IteratorResult<E>> => {
    end();
    // Not awaited: a source that hangs would keep its reader from leaving.
    rest.return?.().catch(() => {});
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: close }) };
}
