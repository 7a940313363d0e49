import { ConformanceError } from "./conformance-error.ts";
import { settle } from "./virtual-clock.ts";

const TURNS = 200;

/** Lets everything run until the condition holds; throws when it never does. */
export async function untilTrue(condition: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (condition()) return;
    await settle();
  }
  throw new ConformanceError(`It never came to this: ${what}.`);
}

/** The promise's value, provided that it needs no time to pass. */
export async function atOnce<T>(promise: Promise<T>, what: string): Promise<T> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  promise.then(mark, mark);
  await untilTrue(() => done, what);
  return promise;
}
