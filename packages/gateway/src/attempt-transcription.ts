import { TranscriptionError } from "@earshot/core";
import type {
  Clock,
  Logger,
  ProviderContext,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
  Transport,
} from "@earshot/core";
import type { Attempt } from "@earshot/router";
import { completeAnswer, requireTimes, withDuration, withWarnings } from "./complete-answer.ts";
import type { Completion } from "./complete-answer.ts";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { AudioLength } from "./measure-duration.ts";
import { toProviderRequest } from "./to-provider-request.ts";
import type { ProviderRequest } from "./to-provider-request.ts";

/** What the outside world hands to every attempt. */
export interface AttemptEnvironment {
  readonly clock: Clock;
  readonly random: () => number;
  readonly transport: Transport;
  readonly logger: Logger;
}

export interface AttemptInputs {
  readonly attempt: Attempt<DeploymentTarget>;
  readonly asked: GatewayRequest;
  readonly stream: boolean;
  readonly environment: AttemptEnvironment;
  readonly audioLength: AudioLength;
}

/** The provider's model name for this attempt: a `*` takes what the client's name matched. */
export const modelOf = ({ deployment, wildcard }: Attempt<DeploymentTarget>): string =>
  wildcard === undefined ? deployment.target.model : deployment.target.model.replace("*", wildcard);

const contextOf = ({ asked, attempt, environment }: AttemptInputs): ProviderContext => ({
  signal: attempt.signal,
  clock: environment.clock,
  random: environment.random,
  send: (call) => environment.transport(call, attempt.signal),
  logger: environment.logger,
  caller: asked.caller,
});

const prepare = (inputs: AttemptInputs): ProviderRequest => {
  const { target, capabilities } = inputs.attempt.deployment;
  return toProviderRequest({
    asked: inputs.asked,
    target,
    capabilities,
    model: modelOf(inputs.attempt),
    stream: inputs.stream,
    dropParams: inputs.asked.dropParams ?? target.dropParams,
  });
};

const completionOf = (inputs: AttemptInputs, request: TranscriptionRequest): Completion => {
  const { deployment } = inputs.attempt;
  return {
    request,
    deployment,
    dropUnsupported: inputs.asked.dropParams ?? deployment.target.dropParams,
    audioLength: inputs.audioLength,
    signal: inputs.attempt.signal,
  };
};

/** Asks the attempt's deployment once and completes its answer to what the client's format needs. */
export async function attemptTranscription(inputs: AttemptInputs): Promise<Transcript> {
  const { target } = inputs.attempt.deployment;
  const { request, warnings } = prepare(inputs);
  const completion = completionOf(inputs, request);
  await requireTimes(completion);
  const answered = await target.provider.transcribe(request, contextOf(inputs));
  return withWarnings(await completeAnswer(answered, completion), warnings);
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
  inputs: AttemptInputs,
): Promise<AsyncIterable<TranscriptEvent>> {
  const { target, capabilities } = inputs.attempt.deployment;
  const { provider } = target;
  if (provider.stream === undefined || !capabilities.streaming)
    return asEvents(await attemptTranscription({ ...inputs, stream: false }));
  const { request, warnings } = prepare(inputs);
  const completion = completionOf(inputs, request);
  await requireTimes(completion);
  const events = provider.stream(request, contextOf(inputs))[Symbol.asyncIterator]();
  let first = await events.next();
  while (isNothing(first)) first = await events.next();
  if (first.done === true)
    throw new TranscriptionError(
      "bad_response",
      `${provider.id} closed the stream without an event.`,
      { provider: provider.id },
    );
  return withFinishedTranscript(
    inputs.attempt.holdStream(first.value, events),
    async (transcript) => withWarnings(await withDuration(transcript, completion), warnings),
  );
}
