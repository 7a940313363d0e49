import { TranscriptionError } from "@earshot/core";
import type {
  Asked,
  Clock,
  GatewayRequest,
  Logger,
  ProviderContext,
  Transcript,
  TranscriptEvent,
  Transport,
} from "@earshot/core";
import type { Attempt, Target } from "@earshot/router";
import { completeAnswer, requireTimes, withDuration, withWarnings } from "./complete-answer.ts";
import type { Completion } from "./complete-answer.ts";
import type { DeploymentTarget } from "./create-deployments.ts";
import type { AudioLength } from "./inspect-audio.ts";
import { toProviderRequest } from "./to-provider-request.ts";
import type { ProviderRequest } from "./to-provider-request.ts";

/** What the outside world hands to every attempt. */
export interface AttemptEnvironment {
  readonly clock: Clock;
  readonly random: () => number;
  readonly transport: Transport;
  readonly logger: Logger;
}

/** What is the same for every attempt of a request. */
export interface PreparedRequest {
  readonly given: GatewayRequest;
  readonly asked: Asked;
  readonly signal: AbortSignal;
  readonly environment: AttemptEnvironment;
  readonly audioLength: AudioLength;
  readonly targets: ReadonlyMap<string, DeploymentTarget>;
}

/** One deployment's own request, ready to be sent. */
export interface PreparedCall extends ProviderRequest, Completion {
  /** The provider's model name: a `*` takes what the client's name matched. */
  readonly model: string;
}

/** Makes the calls of one request, each once. */
export interface Calls {
  /** Throws, or rejects, where the deployment would be asked in vain. */
  readonly check: (target: Target) => void | Promise<void>;
  readonly of: (target: Target) => PreparedCall;
}

const prepareCall = (prepared: PreparedRequest, { deployment, wildcard }: Target): PreparedCall => {
  const { given, audioLength, signal } = prepared;
  const target = prepared.targets.get(deployment.id);
  if (target === undefined) throw new Error(`There is no deployment ${deployment.id}.`);
  const model = wildcard === undefined ? target.model : target.model.replace("*", wildcard);
  const dropParams = given.dropParams ?? target.dropParams;
  const canStream = target.provider.stream !== undefined && deployment.capabilities.streaming;
  const asked =
    prepared.asked.stream && !canStream ? { ...prepared.asked, stream: false } : prepared.asked;
  const request = toProviderRequest({ given, asked, target, model, dropParams });
  return { ...request, target, model, dropParams, audioLength, signal };
};

/** Prepares each deployment's call when the router first asks about it. */
export function prepareCalls(prepared: PreparedRequest): Calls {
  const calls = new Map<string, PreparedCall>();
  const of = (target: Target): PreparedCall => {
    const { id } = target.deployment;
    const call = calls.get(id) ?? prepareCall(prepared, target);
    calls.set(id, call);
    return call;
  };
  return { of, check: (target) => requireTimes(of(target)) };
}

const contextOf = (
  { given, environment }: PreparedRequest,
  { signal }: Attempt,
): ProviderContext => ({
  signal,
  clock: environment.clock,
  random: environment.random,
  send: (call) => environment.transport(call, signal),
  logger: environment.logger,
  caller: given.caller,
});

/** Asks the attempt's deployment once and completes its answer to what the client's format needs. */
export async function attemptTranscription(
  prepared: PreparedRequest,
  call: PreparedCall,
  attempt: Attempt,
): Promise<Transcript> {
  const { provider } = call.target;
  const answered = await provider.transcribe(call.request, contextOf(prepared, attempt));
  const completion = { ...call, signal: attempt.signal };
  return withWarnings(await completeAnswer(answered, completion), call.warnings);
}

async function* asEvents(transcript: Transcript): AsyncIterable<TranscriptEvent> {
  if (transcript.text !== "") yield { type: "delta", text: transcript.text };
  yield { type: "done", transcript };
}

/** Written out by hand because a generator that was never started would not pass `return` on. */
const withFinishedTranscript = (
  events: AsyncIterable<TranscriptEvent>,
  finish: (transcript: Transcript) => Promise<Transcript>,
): AsyncIterable<TranscriptEvent> => ({
  [Symbol.asyncIterator]: () => {
    const iterator = events[Symbol.asyncIterator]();
    const close = async (): Promise<IteratorResult<TranscriptEvent>> => {
      await iterator.return?.();
      return { done: true, value: undefined };
    };
    const next = async (): Promise<IteratorResult<TranscriptEvent>> => {
      const step = await iterator.next();
      if (step.done === true || step.value.type !== "done") return step;
      const transcript = await finish(step.value.transcript);
      // Nothing comes after it: the provider is free for others before the client has read it.
      await close();
      return { value: { type: "done", transcript } };
    };
    return { next, return: close };
  },
});

const isNothing = ({ done, value }: IteratorResult<TranscriptEvent>): boolean =>
  done !== true && value.type === "delta" && value.text === "";

/**
 * Starts the attempt's deployment streaming and waits for the first event that says something, so that
 * until then another deployment can step in. Where the provider or the model does not stream, the
 * whole transcript becomes one delta.
 */
export async function attemptStream(
  prepared: PreparedRequest,
  call: PreparedCall,
  attempt: Attempt,
): Promise<AsyncIterable<TranscriptEvent>> {
  const { request, warnings, target } = call;
  const { provider } = target;
  if (provider.stream === undefined || !request.stream)
    return asEvents(await attemptTranscription(prepared, call, attempt));
  const events = provider.stream(request, contextOf(prepared, attempt))[Symbol.asyncIterator]();
  let first = await events.next();
  while (isNothing(first)) first = await events.next();
  if (first.done === true)
    throw new TranscriptionError(
      "bad_response",
      `${provider.id} closed the stream without an event.`,
      { provider: provider.id },
    );
  return withFinishedTranscript(attempt.holdStream(first.value, events), async (transcript) =>
    withWarnings(await withDuration(transcript, call), warnings),
  );
}
