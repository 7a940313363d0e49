import type { Clock, Logger } from "@earshot/core";
import type { Gateway } from "@earshot/gateway";
import type { FormSettings } from "./ingest/read-form.ts";

/** What the HTTP application is made of. */
export interface ProxySettings {
  readonly gateway: Gateway;
  readonly form: FormSettings;
  /** Undefined lets everybody in. */
  readonly masterKey: string | undefined;
  /** Origins that browsers may call from; `*` for all. */
  readonly allowedOrigins: readonly string[];
  readonly logger: Logger;
  /** The gateway's clock; default: the system's. */
  readonly clock?: Pick<Clock, "now">;
}
