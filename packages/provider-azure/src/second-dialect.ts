import { TranscriptionError } from "@earshot/core";
import type { Provider, TranscriptEvent } from "@earshot/core";

/** Azure answers 404 where the other dialect would have found the deployment. */
const isNotFound = (error: unknown): boolean =>
  TranscriptionError.is(error) && error.upstreamStatus === 404;

interface Attempts<T> {
  readonly model: string;
  readonly first: () => Promise<T>;
  readonly second: () => Promise<T>;
}

/** Remembers which deployments only the second dialect knows. */
const createChoice = (): (<T>(attempts: Attempts<T>) => Promise<T>) => {
  const knownToSecond = new Set<string>();
  return async ({ model, first, second }) => {
    if (knownToSecond.has(model)) return second();
    let notFound: unknown;
    try {
      return await first();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      notFound = error;
    }
    try {
      const result = await second();
      knownToSecond.add(model);
      return result;
    } catch (error) {
      throw isNotFound(error) ? notFound : error;
    }
  };
};

interface Begun {
  readonly events: AsyncIterator<TranscriptEvent>;
  readonly head: IteratorResult<TranscriptEvent>;
}

/** Waits for the first event, before which every refusal comes. */
const begin = async (stream: AsyncIterable<TranscriptEvent>): Promise<Begun> => {
  const events = stream[Symbol.asyncIterator]();
  return { events, head: await events.next() };
};

async function* proceed({ events, head }: Begun): AsyncGenerator<TranscriptEvent, void, undefined> {
  try {
    for (let next = head; next.done !== true; next = await events.next()) yield next.value;
  } finally {
    await events.return?.();
  }
}

const streamWith = (
  choose: ReturnType<typeof createChoice>,
  first: NonNullable<Provider["stream"]>,
  second: NonNullable<Provider["stream"]>,
): NonNullable<Provider["stream"]> =>
  async function* stream(request, context) {
    const begun = await choose({
      model: request.model,
      first: () => begin(first(request, context)),
      second: () => begin(second(request, context)),
    });
    yield* proceed(begun);
  };

/**
 * Joins two providers for one resource: a deployment that the first does not find is asked for at
 * the second, and once that has answered, there alone. When neither finds it the first one's error
 * tells.
 */
export function withSecondDialect(first: Provider, second: Provider): Provider {
  const choose = createChoice();
  const transcribe: Provider["transcribe"] = (request, context) =>
    choose({
      model: request.model,
      first: () => first.transcribe(request, context),
      second: () => second.transcribe(request, context),
    });
  if (first.stream === undefined || second.stream === undefined) return { ...first, transcribe };
  return { ...first, transcribe, stream: streamWith(choose, first.stream, second.stream) };
}
