import { isDeepStrictEqual } from "node:util";
import { TranscriptionError } from "@earshot/core";
import type { GatewayRequest } from "@earshot/gateway";
import type { Upload } from "../upload/upload.ts";

/** Everything that decides what the providers are asked. */
export interface Asked {
  readonly request: GatewayRequest;
  readonly stream: boolean;
}

/** A call that began before the form was whole. */
export interface EarlyCall<A> {
  /** Its answer, when it asks the same as this request of the whole form; else cancels it. */
  answerTo(whole: Asked): Promise<A> | undefined;
  cancel(): void;
}

/** What may differ between two readings of one form. It shares its texts with the form, so it costs no memory. */
const questionOf = ({ request, stream }: Asked): object => {
  const { audio: _audio, signal: _signal, ...rest } = request;
  return { ...rest, stream };
};

const SUPERSEDED = "The form turned out to ask for something else than its beginning.";

/**
 * Calls with what the form has said so far. No provider gets the end of the audio before the form is
 * whole, so a call that proves wrong is given up before anything was transcribed, or paid.
 */
export function startEarlyCall<A>(
  asked: Asked,
  upload: Upload,
  call: (asked: Asked) => Promise<A>,
): EarlyCall<A> {
  const giveUp = new AbortController();
  const { signal } = asked.request;
  const own = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  const answer = call({ ...asked, request: { ...asked.request, signal: own } });
  // Whoever needs the answer asks for it; until then nobody listens.
  answer.catch(() => {});
  const begun = questionOf(asked);
  const cancel = (): void => giveUp.abort(new TranscriptionError("aborted", SUPERSEDED));
  return {
    answerTo: (whole) => {
      if (upload.isAsPromised && isDeepStrictEqual(questionOf(whole), begun)) return answer;
      cancel();
      return undefined;
    },
    cancel,
  };
}
