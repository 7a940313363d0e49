import { existsSync } from "node:fs";
import { formatDiagnostics } from "@earshot/config";
import type { Diagnostic } from "@earshot/config";
import type { LoadedGateway } from "../load-gateway.ts";
import { compileCacheProblem } from "../prepare-loading.ts";
import type { ConfigReport, ServerFacts } from "./announcer.ts";
import { openHostWarning } from "./host-access.ts";
import { checkItself } from "./self-check.ts";
import type { StartedServer } from "./self-check.ts";
import { addressFor, workersFor } from "./serve-flags.ts";
import type { ServeFlags } from "./serve-flags.ts";
import type { ServeOutput } from "./serve-output.ts";
import type { Serving } from "./serve.ts";

const reportOf = (problems: readonly Diagnostic[], color: boolean): ConfigReport => ({
  problems,
  text: problems.length === 0 ? "" : formatDiagnostics(problems, { color }),
});

const factsOf = (
  { proxy: { url }, host }: Pick<Serving, "proxy" | "host">,
  { config, gateway }: LoadedGateway,
): ServerFacts => {
  const { masterKey } = config.general;
  return { url, host, masterKey, models: gateway.models().map(({ id }) => id) };
};

const warnOfOpenHost = ({ announcer }: ServeOutput, facts: ServerFacts): void => {
  const warning = openHostWarning(facts);
  if (warning !== undefined) announcer.warn(warning, { host: facts.host });
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
  const facts = factsOf(serving, serving);
  announcer.listening(facts, upMs);
  warnOfOpenHost(output, facts);
  const hint = unusedConfigHint(flags);
  if (hint !== undefined) announcer.hint(hint);
  const problem = compileCacheProblem(environment);
  if (problem !== undefined) announcer.warn(problem);
  await checkItself(server, signal);
}

/** Tells that a config was read anew, with its warnings and what it asks for that takes a new start. */
export function announceReload(
  { serving, flags, output }: StartedServer,
  loaded: LoadedGateway,
  workers: number,
): void {
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
  const facts = factsOf(serving, loaded);
  announcer.reloaded(facts);
  warnOfOpenHost(output, facts);
}
