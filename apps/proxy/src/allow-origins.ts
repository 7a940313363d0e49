import type { MiddlewareHandler } from "hono";
import type { ProxyEnvironment } from "./proxy-environment.ts";

const METHODS = "GET,HEAD,POST";

/** What browsers let a page read. */
const EXPOSED_HEADERS = [
  "x-request-id",
  "x-earshot-deployment",
  "x-earshot-model",
  "x-earshot-provider",
  "x-earshot-attempts",
  "x-earshot-fallbacks",
  "x-earshot-overhead-ms",
  "x-earshot-warnings",
].join(",");

/**
 * Lets pages of these origins call, `*` being all, and answers a browser's preflight with any header
 * that it asks for. Writes to Node's response: a `Response` made this early would make every answer
 * take the slow way.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler<ProxyEnvironment> {
  const allowsAll = origins.includes("*");
  return async ({ env: { incoming, outgoing } }, next) => {
    const { origin } = incoming.headers;
    if (!allowsAll) outgoing.setHeader("vary", "Origin");
    // Only browsers ask; headers for everybody else would only cost.
    if (origin === undefined) return next();
    if (allowsAll) outgoing.setHeader("access-control-allow-origin", "*");
    else if (origins.includes(origin)) outgoing.setHeader("access-control-allow-origin", origin);
    outgoing.setHeader("access-control-expose-headers", EXPOSED_HEADERS);
    if (incoming.method !== "OPTIONS") return next();
    const asked = incoming.headers["access-control-request-headers"];
    if (asked !== undefined) outgoing.setHeader("access-control-allow-headers", asked);
    outgoing.appendHeader("vary", "Access-Control-Request-Headers");
    outgoing.setHeader("access-control-allow-methods", METHODS);
    return new Response(null, { status: 204 });
  };
}
