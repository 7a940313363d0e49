/** A wait that somebody may cut short. */
export interface Pause {
  /** Resolves after that time or at `end`. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly end: () => void;
}

/** Creates a pause for one waiter at a time. */
export function createPause(): Pause {
  let end = (): void => {};
  return {
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    end: () => end(),
  };
}
