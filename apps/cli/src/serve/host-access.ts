import type { ServerFacts } from "./server-facts.ts";

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host.startsWith("127.");

/** Who can use the server, in one sentence; undefined where a warning says it. */
export function accessText({ host, isGuarded, url }: ServerFacts): string | undefined {
  if (isLoopback(host))
    return isGuarded
      ? "Clients need the master_key. Only this machine can reach it."
      : "No master_key is set, so only this machine can reach it.";
  const { port } = new URL(url);
  return isGuarded
    ? `Clients need the master_key. Other machines reach it on port ${port} too.`
    : undefined;
}

/** What to say loudly when the network may use the server without a key; undefined when it may not. */
export function openHostWarning({ host, isGuarded }: ServerFacts): string | undefined {
  if (isGuarded || isLoopback(host)) return undefined;
  return (
    `no master_key is set and the host is ${host}: everybody who reaches this machine can transcribe ` +
    "at your cost. Set general_settings.master_key (or the variable LITELLM_MASTER_KEY), or leave the host out."
  );
}
