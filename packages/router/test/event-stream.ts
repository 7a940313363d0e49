/** A stream of events that come when told. */
export interface ScriptedStream extends AsyncIterator<string> {
  readonly push: (event: string) => void;
  readonly finish: () => void;
  readonly fail: (error: unknown) => void;
  /** How often its reader has said that it wants no more. */
  readonly returns: () => number;
}

/** Takes no notice of any signal, as the worst of sources. */
export function createScriptedStream(): ScriptedStream {
  const source = () => Promise.withResolvers<IteratorResult<string>>();
  const answers: PromiseWithResolvers<IteratorResult<string>>[] = [];
  let asked = 0;
  let told = 0;
  let returns = 0;
  const at = (position: number): PromiseWithResolvers<IteratorResult<string>> => {
    const answer = (answers[position] ??= source());
    answer.promise.catch(() => {});
    return answer;
  };
  return {
    next: () => at(asked++).promise,
    return: async () => {
      returns += 1;
      return { done: true, value: undefined };
    },
    push: (value) => at(told++).resolve({ value }),
    finish: () => at(told++).resolve({ done: true, value: undefined }),
    fail: (error) => at(told++).reject(error),
    returns: () => returns,
  };
}
