/** Lets any number of waiters know that something has changed. */
export interface Notifier {
  wait(): Promise<void>;
  notify(): void;
}

/** Every waiter is woken once; what has changed they look up themselves. */
export function createNotifier(): Notifier {
  let waiting: (() => void)[] = [];
  return {
    wait: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    notify: () => {
      if (waiting.length === 0) return;
      const woken = waiting;
      waiting = [];
      for (const resume of woken) resume();
    },
  };
}
