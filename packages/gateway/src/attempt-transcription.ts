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

const contextOf = ({ attempt, environment }: AttemptInputs): ProviderContext => ({
  signal: attempt.signal,
  clock: environment.clock,
  random: environment.random,
  send: (call) => environment.transport(call, attempt.signal),
  logger: environment.logger,
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

interface OpenStream {
  readonly first: IteratorResult<TranscriptEvent>;
  readonly rest: AsyncIterator<TranscriptEvent>;
  /** Adds what the provider's last event lacks. */
  readonly finish: (transcript: Transcript) => Promise<Transcript>;
  /** Called once, in every ending, also when nobody ever reads the stream. */
  readonly release: () => void;
}

/** Written out by hand because a generator that was never started runs no `finally`. */
const resume = ({ first, rest, finish, release }: OpenStream): AsyncIterable<TranscriptEvent> => {
  let pending: IteratorResult<TranscriptEvent> | undefined = first;
  const pull = async (): Promise<IteratorResult<TranscriptEvent>> => {
    const step = pending ?? (await rest.next());
    pending = undefined;
    if (step.done === true) release();
    else if (step.value.type === "done")
      return { value: { type: "done", transcript: await finish(step.value.transcript) } };
    return step;
  };
  const iterator: AsyncIterator<TranscriptEvent> = {
    next: () =>
      pull().catch((error: unknown) => {
        release();
        throw error;
      }),
    return: async () => {
      release();
      await rest.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
};

/**
 * Starts the attempt's deployment streaming and waits for the first event. Where the provider or
 * the model does not stream, the whole transcript becomes one delta.
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
  const finish = async (transcript: Transcript): Promise<Transcript> =>
    withWarnings(await withDuration(transcript, completion), warnings);
  const events = provider.stream(request, contextOf(inputs))[Symbol.asyncIterator]();
  const first = await events.next();
  if (first.done === true)
    throw new TranscriptionError(
      "bad_response",
      `${provider.id} closed the stream without an event.`,
      {
        provider: provider.id,
      },
    );
  return new Promise((resolve) => {
    const finished = new Promise<void>((release) => {
      resolve(resume({ first, rest: events, finish, release }));
    });
    inputs.attempt.hold(finished);
  });
}
