import type { EarshotConfig } from "@earshot/config";
import type { Gateway } from "@earshot/gateway";

/** What there is to tell about a server; plain data, so that one process can tell it to another. */
export interface ServerFacts {
  /** Where it can be reached from this machine, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly host: string;
  /** True when clients need the master key. */
  readonly isGuarded: boolean;
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
  return {
    url: proxy.url,
    host,
    isGuarded: config.general.masterKey !== undefined,
    models: gateway.models().map(({ id }) => id),
  };
}
