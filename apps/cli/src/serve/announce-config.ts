import { formatDiagnostics } from "@earshot/config";
import type { Diagnostic } from "@earshot/config";
import type { LoadedGateway } from "../load-gateway.ts";
import type { Announcer, ConfigReport } from "./announcer.ts";
import { addressFor } from "./serve.ts";
import type { Serving } from "./serve.ts";
import { factsOf } from "./server-facts.ts";
import { workersFor } from "./worker-count.ts";

/** Problems of a config as data and as text. */
export const configReport = (problems: readonly Diagnostic[], color: boolean): ConfigReport => ({
  problems,
  text: problems.length === 0 ? "" : formatDiagnostics(problems, { color }),
});

/** What was settled when the command started, and stays so until it starts again. */
export interface Settled {
  readonly flags: {
    readonly host: string | undefined;
    readonly port: number | undefined;
    readonly workers: number | undefined;
  };
  readonly workers: number;
}

/** What a changed config asks for in vain; empty when nothing. */
function needsRestart(
  { config }: Pick<LoadedGateway, "config">,
  { host, port, proxy }: Reloaded["serving"],
  { flags, workers }: Settled,
): readonly string[] {
  const wanted = addressFor(flags, config);
  const wantedWorkers = workersFor(flags.workers, config);
  return [
    ...(wanted.host === host && wanted.port === port
      ? []
      : [
          `the server stays at ${proxy.url}; it moves to ${wanted.host}:${wanted.port} at the next start.`,
        ]),
    ...(wantedWorkers === workers
      ? []
      : [`the number of workers stays ${workers}; it becomes ${wantedWorkers} at the next start.`]),
  ];
}

export interface Reloaded {
  readonly announcer: Announcer;
  readonly serving: Pick<Serving, "host" | "port" | "proxy">;
  readonly loaded: LoadedGateway;
  readonly settled: Settled;
  readonly color: boolean;
}

/** Tells that a config was read anew, with its warnings and what it takes a start for. */
export function announceReloaded({ announcer, serving, loaded, settled, color }: Reloaded): void {
  announcer.configWarnings(configReport(loaded.warnings, color));
  for (const text of needsRestart(loaded, serving, settled)) announcer.warn(text);
  const { proxy, host } = serving;
  announcer.reloaded(factsOf({ ...loaded, proxy, host }));
}
