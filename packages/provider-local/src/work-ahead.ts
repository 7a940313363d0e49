/** How the items of `mapInOrder` are worked on. */
export interface InOrderWork<T, R> {
  readonly work: (item: T) => Promise<R>;
  /** Whether one more item may be worked on at the same time. The first always may. */
  readonly hasSpare: () => boolean;
  /**
   * Resolves when the item that was begun last no longer waits for others; the next one is read then, so
   * that what waits holds one item in memory. By default at once.
   */
  readonly untilStarted?: () => Promise<void>;
}

/** Its failure is told when it is awaited, which may be late or never. */
const unawaited = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};

const nothing = (): undefined => undefined;

/** The next item, or undefined when the oldest result comes sooner. */
const firstOf = <T, R>(
  next: Promise<IteratorResult<T>>,
  oldest: Promise<R> | undefined,
): Promise<IteratorResult<T> | undefined> => {
  return oldest === undefined ? next : Promise.race([next, oldest.then(nothing, nothing)]);
};

/**
 * Yields the results in the order of the items while several are worked on at once, and while the
 * next item is being read. Ends reading as soon as the consumer stops.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  { work, hasSpare, untilStarted }: InOrderWork<T, R>,
): AsyncGenerator<R, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const underWay: Promise<R>[] = [];
  const readNext = async (): Promise<IteratorResult<T>> => {
    await untilStarted?.();
    return iterator.next();
  };
  let next: Promise<IteratorResult<T>> | undefined = unawaited(iterator.next());
  try {
    for (;;) {
      const [oldest] = underWay;
      const mayStart = oldest === undefined || hasSpare();
      const item: IteratorResult<T> | undefined =
        mayStart && next !== undefined ? await firstOf(next, oldest) : undefined;
      if (item?.done === false) {
        underWay.push(unawaited(work(item.value)));
        next = unawaited(readNext());
        continue;
      }
      if (item?.done === true) next = undefined;
      const first = underWay.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await iterator.return?.();
  }
}

/**
 * Works through the items whether or not anybody has asked for the next one yet, so that whoever reads
 * slowly holds nothing up. When the consumer stops, `stop` must make the items end.
 */
export async function* readAhead<T>(
  items: AsyncIterable<T>,
  stop: () => void,
): AsyncGenerator<T, void, undefined> {
  const ready: T[] = [];
  let news = Promise.withResolvers<void>();
  const read = async (): Promise<void> => {
    for await (const item of items) {
      ready.push(item);
      news.resolve();
    }
  };
  let isOver = false;
  const reading = read().finally(() => {
    isOver = true;
    news.resolve();
  });
  // Told to whoever reads on; nobody may.
  reading.catch(() => {});
  try {
    for (;;) {
      yield* ready.splice(0);
      if (ready.length > 0) continue;
      if (isOver) return await reading;
      await news.promise;
      news = Promise.withResolvers();
    }
  } finally {
    stop();
  }
}
