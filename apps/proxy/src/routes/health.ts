import { withoutPaths } from "@earshot/formats";
import type { Gateway } from "@earshot/gateway";

/** How long `GET /health` waits for all providers together, in milliseconds. */
const CHECK_TIMEOUT_MS = 10_000;

/** The body of `GET /health`: every deployment, asked now where its provider can be asked. */
export async function checkHealth(gateway: Gateway): Promise<{ healthy: boolean; body: object }> {
  const checked = await gateway.checkProviders(AbortSignal.timeout(CHECK_TIMEOUT_MS));
  const cooled = new Map(gateway.health().map((entry) => [entry.deployment.id, entry]));
  const entries = checked.map((entry) => {
    const { cooledUntilMs, inFlight } = cooled.get(entry.deploymentId) ?? {};
    // A deployment that cools down has just failed, whatever a cheap question to it says.
    const healthy = cooledUntilMs === undefined ? entry.healthy : false;
    const error = entry.error === undefined ? undefined : withoutPaths(entry.error, true);
    return { ...entry, error, healthy, cooledUntil: cooledUntilMs, inFlight };
  });
  const unhealthy = entries.filter((entry) => entry.healthy === false);
  const healthy = entries.filter((entry) => entry.healthy !== false);
  return {
    healthy: healthy.length > 0,
    body: {
      healthy_endpoints: healthy,
      unhealthy_endpoints: unhealthy,
      healthy_count: healthy.length,
      unhealthy_count: unhealthy.length,
    },
  };
}
