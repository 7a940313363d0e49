import type { Clock, Logger } from "@earshot/core";
import type { Gateway } from "@earshot/gateway";
import type { FormSettings } from "./ingest/form-collector.ts";

/** What the HTTP application is made of. */
export interface ProxySettings {
  readonly gateway: Gateway;
  readonly form: FormSettings;
  /** Undefined lets everybody in. */
  readonly masterKey: string | undefined;
  /**
   * Origins that browsers may call from; `*` for all. Undefined: all with a master key, without one
   * those of this machine and of the server's own address.
   */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly logger: Logger;
  /** The gateway's clock; default: the system's. */
  readonly clock?: Pick<Clock, "now">;
}
