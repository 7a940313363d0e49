/**
 * The task as something that may be asked for at any time: it never runs twice at once, and however
 * often it is asked for meanwhile, it runs once more. Resolves when nothing is left to do; the task
 * must not reject.
 */
export function coalesced(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await task();
    } while (again);
    running = undefined;
  };
  return () => {
    again = running !== undefined;
    return (running ??= run());
  };
}
