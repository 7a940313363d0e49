import { existsSync } from "node:fs";
import { formatDiagnostics } from "@earshot/config";
import type { Diagnostic } from "@earshot/config";
import type { LoadedGateway } from "../load-gateway.ts";
import { compileCacheProblem } from "../prepare-loading.ts";
import type { ConfigReport, ServerFacts } from "./announcer.ts";
import { accessText, openHostWarning } from "./host-access.ts";
import { addressFor } from "./proxy-settings.ts";
import { checkItself } from "./self-check.ts";
import type { StartedServer } from "./self-check.ts";
import { workersFor } from "./serve-flags.ts";
import type { ServeFlags } from "./serve-flags.ts";
import type { Serving } from "./serve.ts";

const reportOf = (problems: readonly Diagnostic[], color: boolean): ConfigReport => ({
  problems,
  text: problems.length === 0 ? "" : formatDiagnostics(problems, { color }),
});

const factsOf = (
  { proxy: { url }, host }: Serving,
  { config, gateway }: LoadedGateway,
): ServerFacts => {
  const { masterKey } = config.general;
  const access = accessText({ host, masterKey }, url);
  return { url, host, access, models: gateway.models().map(({ id }) => id) };
};

const warnOfOpenHost = (
  { serving: { host }, output: { announcer } }: StartedServer,
  { config }: LoadedGateway,
): void => {
  const warning = openHostWarning({ host, masterKey: config.general.masterKey });
  if (warning !== undefined) announcer.warn(warning, { host });
};

const CONFIG_NAMES = ["config.yaml", "config.yml"];

/** What to say when a config lies in the folder and none is named; undefined when there is nothing. */
const unusedConfigHint = ({ configPath }: ServeFlags): string | undefined => {
  const name = configPath === undefined ? CONFIG_NAMES.find((each) => existsSync(each)) : undefined;
  return name === undefined ? undefined : `${name} is not used: --config ${name} would serve it.`;
};

/**
 * Tells that a server listens after a start of that length, then lets it check itself; resolves when
 * there is no more news. The signal fires when the server stops.
 */
export async function announceStart(
  server: StartedServer,
  upMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { serving, flags, environment, output } = server;
  const { announcer, stderr } = output;
  announcer.configWarnings(reportOf(serving.warnings, stderr.isTTY));
  announcer.listening(factsOf(serving, serving), upMs);
  warnOfOpenHost(server, serving);
  const hint = unusedConfigHint(flags);
  if (hint !== undefined) announcer.hint(hint);
  const problem = compileCacheProblem(environment);
  if (problem !== undefined) announcer.warn(problem);
  await checkItself(server, signal);
}

/** Tells that a config was read anew, with its warnings and what it asks for that takes a new start. */
export function announceReload(
  server: StartedServer,
  loaded: LoadedGateway,
  workers: number,
): void {
  const { serving, flags, output } = server;
  const { announcer, stderr } = output;
  announcer.configWarnings(reportOf(loaded.warnings, stderr.isTTY));
  const { host, port } = addressFor(flags, loaded.config);
  if (host !== serving.host || port !== serving.port)
    announcer.warn(
      `the server stays at ${serving.proxy.url}; it moves to ${host}:${port} at the next start.`,
    );
  const wantedWorkers = workersFor(flags.workers, loaded.config);
  if (wantedWorkers !== workers)
    announcer.warn(
      `the number of workers stays ${workers}; it becomes ${wantedWorkers} at the next start.`,
    );
  announcer.reloaded(factsOf(serving, loaded));
  warnOfOpenHost(server, loaded);
}
