import type { LookupAddress, LookupOptions } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { silentLogger, systemClock } from "@earshot/core";
import type { Clock, Logger } from "@earshot/core";

/** Asks for all addresses of a name; rejects as `dns.lookup` does. */
export type ResolveAddresses = (
  hostname: string,
  options: LookupOptions,
) => Promise<readonly LookupAddress[]>;

export interface CachedLookupSettings {
  /** Default: the system's resolver. */
  readonly resolve?: ResolveAddresses;
  readonly clock?: Pick<Clock, "now">;
  /** Told when an expired answer is used; default: nobody. */
  readonly logger?: Logger;
}

const LIFETIME_MS = 60_000;
/** How many names are remembered; the oldest gives way. */
const MAX_NAMES = 1000;

interface Answer {
  readonly addresses: readonly LookupAddress[];
  readonly expiresMs: number;
}

const resolveBySystem: ResolveAddresses = (hostname, options) =>
  lookup(hostname, { ...options, all: true });

/** The options that change what the system answers; `all` only changes how much of it is passed on. */
const keyOf = (hostname: string, options: LookupOptions): string =>
  [hostname, options.family, options.hints, options.order].join(" ");

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown";

const notFound = (hostname: string): Error =>
  Object.assign(new Error(`The name ${hostname} has no address.`), { code: "ENOTFOUND" });

/** Resolves names and remembers them; an address that is already one is never asked for. */
const createResolver = (settings: CachedLookupSettings): ResolveAddresses => {
  const { resolve = resolveBySystem, clock = systemClock, logger = silentLogger } = settings;
  const answers = new Map<string, Answer>();
  const running = new Map<string, Promise<readonly LookupAddress[]>>();

  const keep = (key: string, addresses: readonly LookupAddress[]): void => {
    // Removed first, so that the order of the map is that of the answers' age.
    answers.delete(key);
    const [oldest] = answers.keys();
    if (oldest !== undefined && answers.size >= MAX_NAMES) answers.delete(oldest);
    answers.set(key, { addresses, expiresMs: clock.now() + LIFETIME_MS });
  };
  const ask = async (key: string, hostname: string, options: LookupOptions) => {
    try {
      const addresses = await resolve(hostname, options);
      if (addresses.length === 0) throw notFound(hostname);
      keep(key, addresses);
      return addresses;
    } catch (error) {
      const code = codeOf(error);
      // "No such name" is an answer, too; every other failure is the lack of one.
      if (code === "ENOTFOUND") answers.delete(key);
      const expired = answers.get(key);
      if (expired === undefined) throw error;
      logger.warn(
        { hostname, code },
        "The name could not be looked up; its former address is used.",
      );
      return expired.addresses;
    } finally {
      running.delete(key);
    }
  };
  return (hostname, options) => {
    const family = isIP(hostname);
    if (family !== 0) return Promise.resolve([{ address: hostname, family }]);
    const key = keyOf(hostname, options);
    const known = answers.get(key);
    if (known !== undefined && clock.now() < known.expiresMs)
      return Promise.resolve(known.addresses);
    const asked = running.get(key) ?? ask(key, hostname, options);
    running.set(key, asked);
    return asked;
  };
};

/**
 * Makes a `lookup` for sockets that asks the system once a minute for each name. Failures are not
 * remembered. When the system cannot answer, the former answer is used however old it is, and a
 * warning says so; a name that is gone (`ENOTFOUND`) is gone.
 */
export function createCachedLookup(settings: CachedLookupSettings = {}): LookupFunction {
  const addressesOf = createResolver(settings);
  return (hostname, options, callback) => {
    const answer = async (): Promise<void> => {
      let addresses: readonly LookupAddress[];
      try {
        addresses = await addressesOf(hostname, options);
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)), "");
        return;
      }
      const [first] = addresses;
      if (options.all === true) callback(null, [...addresses]);
      else if (first === undefined) callback(notFound(hostname), "");
      else callback(null, first.address, first.family);
    };
    void answer();
  };
}
