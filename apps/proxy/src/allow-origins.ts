import { TranscriptionError } from "@earshot/core";
import type { MiddlewareHandler } from "hono";
import type { BrowserPolicy } from "./browser-policy.ts";
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
 * Refuses what the policy refuses with `forbidden` (403), before anything of a body is read: a form
 * needs no preflight, so the browser would send it. Answers a browser's preflight with any header that
 * it asks for. Writes to Node's response: a `Response` made this early would make every answer take
 * the slow way.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @see https://wicg.github.io/private-network-access/
 */
export function allowOrigins(policy: BrowserPolicy): MiddlewareHandler<ProxyEnvironment> {
  const { allowsAll, refusalOf } = policy;
  return async ({ env: { incoming, outgoing } }, next) => {
    const { headers } = incoming;
    const { origin } = headers;
    // Nobody keeps the answer to a POST.
    const isKept = origin !== undefined || incoming.method !== "POST";
    if (!allowsAll && isKept) outgoing.setHeader("vary", "Origin");
    const refusal = refusalOf(headers);
    if (refusal !== undefined) throw new TranscriptionError("forbidden", refusal);
    // Only browsers ask; headers for everybody else would only cost.
    if (origin === undefined) return next();
    outgoing.setHeader("access-control-allow-origin", allowsAll ? "*" : origin);
    outgoing.setHeader("access-control-expose-headers", EXPOSED_HEADERS);
    if (incoming.method !== "OPTIONS") return next();
    const asked = headers["access-control-request-headers"];
    if (asked !== undefined) outgoing.setHeader("access-control-allow-headers", asked);
    outgoing.appendHeader("vary", "Access-Control-Request-Headers");
    outgoing.setHeader("access-control-allow-methods", METHODS);
    if (headers["access-control-request-private-network"] === "true")
      outgoing.setHeader("access-control-allow-private-network", "true");
    return new Response(null, { status: 204 });
  };
}
