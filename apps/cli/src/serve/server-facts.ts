import type { EarshotConfig } from "@earshot/config";
import type { Gateway } from "@earshot/gateway";
import { weaknessOf } from "./key-weakness.ts";
import type { KeyWeakness } from "./key-weakness.ts";

/** What there is to tell about a server; plain data, so that one process can tell it to another. */
export interface ServerFacts {
  /** Where it can be reached from this machine, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly host: string;
  /** True when clients need the master key. */
  readonly isGuarded: boolean;
  /** Why the master key can be guessed; absent when it cannot, or there is none. */
  readonly keyWeakness?: KeyWeakness | undefined;
  /** The names that clients may ask for. */
  readonly models: readonly string[];
}

interface Told {
  readonly proxy: { readonly url: string };
  readonly host: string;
  readonly config: Pick<EarshotConfig, "general">;
  readonly gateway: Pick<Gateway, "models">;
}

/** What there is to tell about a server that listens. */
export function factsOf({ proxy, host, config, gateway }: Told): ServerFacts {
  const { masterKey } = config.general;
  return {
    url: proxy.url,
    host,
    isGuarded: masterKey !== undefined,
    keyWeakness: masterKey === undefined ? undefined : weaknessOf(masterKey),
    models: gateway.models().map(({ id }) => id),
  };
}
