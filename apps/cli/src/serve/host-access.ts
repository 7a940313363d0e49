import { isLoopback } from "@earshot/proxy";
import { SAFE_KEY_CHARACTERS } from "./key-weakness.ts";
import type { KeyWeakness } from "./key-weakness.ts";
import type { ServerFacts } from "./server-facts.ts";

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

const WEAKNESSES: Readonly<Record<KeyWeakness, string>> = {
  known: "is known from documentation",
  short: `has fewer than ${SAFE_KEY_CHARACTERS} characters`,
};

/** What to say loudly when the network may use the server without a key or by guessing it; undefined when it may not. */
export function openHostWarning({
  host,
  isGuarded,
  keyWeakness,
}: Pick<ServerFacts, "host" | "isGuarded" | "keyWeakness">): string | undefined {
  if (isLoopback(host) || (isGuarded && keyWeakness === undefined)) return undefined;
  if (keyWeakness !== undefined)
    return (
      `the master_key ${WEAKNESSES[keyWeakness]} and the host is ${host}: whoever reaches this machine ` +
      "can guess it and transcribe at your cost. Set a long random one, such as `openssl rand -hex 24` prints."
    );
  return (
    `no master_key is set and the host is ${host}: everybody who reaches this machine can transcribe ` +
    "at your cost. Set general_settings.master_key (or the variable LITELLM_MASTER_KEY), or leave the host out."
  );
}
