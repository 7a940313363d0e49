import { needsOf, TranscriptionError } from "@earshot/core";
import type {
  Clock,
  Logger,
  ProviderContext,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
  Transport,
  Warning,
} from "@earshot/core";
import { completeTranscript } from "@earshot/formats";
import type { Attempt } from "@earshot/router";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { GatewayRequest } from "./gateway-request.ts";
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

const withWarnings = (transcript: Transcript, warnings: readonly Warning[]): Transcript =>
  warnings.length === 0
    ? transcript
    : { ...transcript, warnings: [...transcript.warnings, ...warnings] };

/** Cues are laid inside measured segments; where no measured words guide them, the reader must know. */
const cueWarnings = (
  transcript: Transcript,
  { responseFormat }: TranscriptionRequest,
): readonly Warning[] => {
  const isSubtitle = responseFormat === "srt" || responseFormat === "vtt";
  const hasWords = transcript.words !== undefined && transcript.wordTimesEstimated !== true;
  if (!isSubtitle || hasWords || transcript.text === "") return [];
  const message =
    "Times of subtitles inside a longer segment are estimated from the length of their text.";
  return [{ param: "response_format", message }];
};

const complete = (
  answered: Transcript,
  request: TranscriptionRequest,
  dropUnsupported: boolean,
): Transcript => {
  if (answered.verbatim?.format === request.responseFormat) return answered;
  const transcript = completeTranscript(answered, needsOf(request), { dropUnsupported });
  return withWarnings(transcript, cueWarnings(transcript, request));
};

/** Asks the attempt's deployment once and completes its answer to what the client's format needs. */
export async function attemptTranscription(inputs: AttemptInputs): Promise<Transcript> {
  const { target } = inputs.attempt.deployment;
  const { request, warnings } = prepare(inputs);
  const answered = await target.provider.transcribe(request, contextOf(inputs));
  const dropUnsupported = inputs.asked.dropParams ?? target.dropParams;
  return withWarnings(complete(answered, request, dropUnsupported), warnings);
}

async function* asEvents(transcript: Transcript): AsyncIterable<TranscriptEvent> {
  if (transcript.text !== "") yield { type: "delta", text: transcript.text };
  yield { type: "done", transcript };
}

interface OpenStream {
  readonly first: IteratorResult<TranscriptEvent>;
  readonly rest: AsyncIterator<TranscriptEvent>;
  readonly warnings: readonly Warning[];
  /** Called once, in every ending, also when nobody ever reads the stream. */
  readonly release: () => void;
}

/** Written out by hand because a generator that was never started runs no `finally`. */
const resume = ({ first, rest, warnings, release }: OpenStream): AsyncIterable<TranscriptEvent> => {
  let pending: IteratorResult<TranscriptEvent> | undefined = first;
  const pull = async (): Promise<IteratorResult<TranscriptEvent>> => {
    const step = pending ?? (await rest.next());
    pending = undefined;
    if (step.done === true) release();
    else if (step.value.type === "done")
      return {
        value: { type: "done", transcript: withWarnings(step.value.transcript, warnings) },
      };
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
      resolve(resume({ first, rest: events, warnings, release }));
    });
    inputs.attempt.hold(finished);
  });
}
