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
