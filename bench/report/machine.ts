import { cpus, loadavg, release, totalmem, type as systemType } from "node:os";

/** One line about the machine and how busy it is. */
export function describeMachine(): string {
  const [first, ...others] = cpus();
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const cores = others.length + 1;
  const load = loadavg()[0]?.toFixed(1) ?? "unknown";
  return `${cores} × ${first?.model.trim() ?? "unknown"}, ${gibibytes} GiB, ${systemType()} ${release()}, Node ${process.version}, load average before the run ${load}`;
}
