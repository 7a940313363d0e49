import type { EarshotConfig } from "@earshot/config";
import type { ListenSettings } from "@earshot/proxy";

type ConnectionLimits = NonNullable<ListenSettings["limits"]>;

/** What the config grants to one of so many processes that share it; at least one connection. */
export function connectionLimits(
  { general }: Pick<EarshotConfig, "general">,
  workers: number,
): ConnectionLimits {
  const { headerTimeoutMs, responseIdleTimeoutMs, maxHeaderSizeKb, maxConnections } = general;
  return {
    ...(headerTimeoutMs === undefined ? {} : { headerTimeoutMs }),
    ...(responseIdleTimeoutMs === undefined ? {} : { responseIdleTimeoutMs }),
    ...(maxHeaderSizeKb === undefined ? {} : { maxHeaderBytes: maxHeaderSizeKb * 1024 }),
    ...(maxConnections === undefined
      ? {}
      : { maxConnections: Math.max(1, Math.floor(maxConnections / workers)) }),
  };
}
