/** How a piece of work treated everything else that wanted the event loop. */
export interface Hold {
  /** The longest time in which nothing else had a turn. */
  readonly longestMs: number;
  /** The most CPU time of this thread in one such time: unlike the clock, it knows no other process. */
  readonly longestCpuMs: number;
  readonly totalMs: number;
  /** How the work ended: `done`, or the code of its error. */
  readonly ending: string;
}

const codeOf = (error: unknown): string => {
  if (typeof error === "object" && error !== null && "code" in error) return String(error.code);
  return error instanceof Error ? error.message.slice(0, 60) : String(error);
};

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Runs work while a timer looks how long it has to wait for its turn. */
export async function measureHold(work: () => Promise<unknown>): Promise<Hold> {
  let longestMs = 0;
  let longestCpuMs = 0;
  let last = performance.now();
  let lastCpu = cpuMs();
  const look = (): void => {
    const now = performance.now();
    const nowCpu = cpuMs();
    longestMs = Math.max(longestMs, now - last);
    longestCpuMs = Math.max(longestCpuMs, nowCpu - lastCpu);
    last = now;
    lastCpu = nowCpu;
  };
  const timer = setInterval(look, 1);
  const started = performance.now();
  let ending = "done";
  try {
    await work();
  } catch (error) {
    ending = codeOf(error);
  }
  const totalMs = performance.now() - started;
  look();
  clearInterval(timer);
  return { longestMs, longestCpuMs, totalMs, ending };
}

/** True for what `measureHold` answered, once it has been through JSON. */
export const isHold = (value: unknown): value is Hold =>
  typeof value === "object" && value !== null && "longestMs" in value && "ending" in value;
