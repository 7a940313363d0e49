import { TranscriptionError } from "@earshot/core";
import type { HttpResponse } from "@earshot/core";
import type { Dispatcher } from "undici";
import type { WatchedUpload } from "./watched-upload.ts";

/** What the provider may send ahead of whoever reads it. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Pieces of a byte each weigh a hundred times what they hold. */
const MAX_WAITING_PIECES = 1024;

interface Waiter {
  readonly resolve: (step: IteratorResult<Uint8Array>) => void;
  readonly reject: (error: unknown) => void;
}

const END: IteratorResult<Uint8Array> = { done: true, value: undefined };

/** A body that is written by the connection and read once, piece by piece. */
const createInbox = () => {
  const pieces: Uint8Array[] = [];
  let waitingBytes = 0;
  let waiter: Waiter | undefined;
  let over: { readonly error?: unknown } | undefined;
  let controller: Dispatcher.DispatchController | undefined;

  const isFull = (): boolean =>
    waitingBytes >= MAX_WAITING_BYTES || pieces.length >= MAX_WAITING_PIECES;

  const end = (how: { readonly error?: unknown }): void => {
    over ??= how;
    if (waiter === undefined) return;
    if ("error" in over) waiter.reject(over.error);
    else waiter.resolve(END);
    waiter = undefined;
  };
  const take = (piece: Uint8Array): IteratorResult<Uint8Array> => {
    waitingBytes -= piece.byteLength;
    if (controller?.paused === true && !isFull()) controller.resume();
    return { done: false, value: piece };
  };
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => {
      const piece = pieces.shift();
      if (piece !== undefined) return Promise.resolve(take(piece));
      if (over === undefined)
        return new Promise((resolve, reject) => {
          waiter = { resolve, reject };
        });
      return "error" in over ? Promise.reject(over.error) : Promise.resolve(END);
    },
    return: () => {
      if (over === undefined) controller?.abort(new Error("Nobody reads the answer any more."));
      return Promise.resolve(END);
    },
  };
  return {
    open: (from: Dispatcher.DispatchController): AsyncIterable<Uint8Array> => {
      controller = from;
      return { [Symbol.asyncIterator]: () => iterator };
    },
    put: (piece: Uint8Array): void => {
      if (waiter !== undefined) {
        waiter.resolve({ done: false, value: piece });
        waiter = undefined;
        return;
      }
      pieces.push(piece);
      waitingBytes += piece.byteLength;
      if (isFull()) controller?.pause();
    },
    end,
  };
};

const firstOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

export interface ExchangeSettings {
  readonly dispatcher: Dispatcher;
  readonly options: Dispatcher.DispatchOptions;
  readonly signal: AbortSignal;
  /** What callers get for an error of the connection. */
  readonly toError: (error: unknown) => unknown;
  /** What is sent piece by piece; undefined for what goes out in one. */
  readonly upload?: Pick<WatchedUpload, "isSent" | "onSent"> | undefined;
  /** Called when the answer has ended or the call has failed, perhaps more than once. */
  readonly onOver?: (() => void) | undefined;
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const tooEarly = (): TranscriptionError =>
  new TranscriptionError("network", "The provider answered before all of the audio was sent.");

/**
 * Makes one call on the pool's lowest level, which costs half of what its streams do. Rejects, as does
 * the answer's body, with what `toError` makes of the failure. A success is told only once all of the
 * body is sent, and is a failure when it ends before: nobody knows what audio says that was not read.
 */
export function exchange(settings: ExchangeSettings): Promise<HttpResponse> {
  const { dispatcher, options, signal, toError, upload, onOver } = settings;
  return new Promise((resolve, reject) => {
    const inbox = createInbox();
    let controller: Dispatcher.DispatchController | undefined;
    let isEarly: (() => boolean) | undefined;
    const fail = (cause: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      const error = toError(cause);
      inbox.end({ error });
      reject(error);
      onOver?.();
    };
    const onAbort = (): void => {
      const reason: unknown = signal.reason;
      controller?.abort(reason instanceof Error ? reason : new Error("The request was cancelled."));
      fail(reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart: (started) => {
        controller = started;
        if (signal.aborted) onAbort();
      },
      onResponseStart: (started, status, headers) => {
        if (status < 200) return;
        const response: HttpResponse = {
          status,
          header: (name) => firstOf(headers[name.toLowerCase()]),
          body: inbox.open(started),
        };
        if (upload === undefined || !isSuccess(status)) {
          resolve(response);
          return;
        }
        isEarly = () => !upload.isSent();
        upload.onSent(() => resolve(response));
      },
      onResponseData: (_controller, piece) => inbox.put(piece),
      onResponseEnd: () => {
        if (isEarly?.() === true) {
          fail(tooEarly());
          return;
        }
        signal.removeEventListener("abort", onAbort);
        inbox.end({});
        onOver?.();
      },
      onResponseError: (_controller, error) => fail(error),
    });
  });
}
