import type { EarshotConfig } from "@earshot/config";
import type { UndiciTransportSettings } from "@earshot/proxy";

/** What the config says of connections to providers, for one of so many processes that share it. */
export function upstreamSettings(
  { general }: Pick<EarshotConfig, "general">,
  workers: number,
): UndiciTransportSettings {
  const { maxUpstreamConnections, upstreamHttp2 } = general;
  return {
    ...(maxUpstreamConnections === undefined
      ? {}
      : { connections: Math.max(1, Math.floor(maxUpstreamConnections / workers)) }),
    ...(upstreamHttp2 === undefined ? {} : { http2: upstreamHttp2 }),
  };
}
