import type { IncomingHttpHeaders } from "node:http";
import { TranscriptionError } from "@earshot/core";
import type { MiddlewareHandler } from "hono";
import { hostnameOf, isAddress, isLocalName, isOwnName } from "./local-names.ts";
import type { ProxyEnvironment } from "./log-requests.ts";

/** What decides which web pages may use a server. */
export interface BrowserRules {
  /** As the operator listed them, `*` being all; undefined when the operator said nothing. */
  readonly allowedOrigins: readonly string[] | undefined;
  /** Whether clients need a key, which browsers never send by themselves. */
  readonly isGuarded: boolean;
  /** Whether only this machine reaches the server. */
  readonly isLoopback: boolean;
}

/** Which web pages may use a server. */
export interface BrowserPolicy {
  /** True when it is every page. */
  readonly allowsAll: boolean;
  /** Why a request is refused, fit for the one who sent it; undefined when it is not. */
  readonly refusalOf: (headers: IncomingHttpHeaders) => string | undefined;
}

type Headers = Pick<IncomingHttpHeaders, "host" | "origin" | "sec-fetch-site">;
type Check = (headers: Headers) => string | undefined;

const LISTING = "list it in earshot_settings.allowed_origins";
const OPENING = `set general_settings.master_key, or ${LISTING}`;

const shown = (text: string): string => text.slice(0, 100).replaceAll(/[^\x20-\x7e]/gu, "?");

/** As browsers write it: in lower case, without the usual port. Other schemes have no ports. */
const normalised = (origin: string): string =>
  /^https?:\/\/[\w.:[\]-]+$/iu.test(origin) && URL.canParse(origin)
    ? new URL(origin).origin
    : origin.toLowerCase();

const hostnameOfOrigin = (origin: string): string | undefined =>
  hostnameOf(/^https?:\/\/(.+)$/iu.exec(origin)?.[1] ?? "");

/** Pages that came from this machine, or, where the network may call, from the server's own address. */
const isNeighbour = ({ origin = "", host = "" }: Headers, isLoopback: boolean): boolean => {
  const hostname = hostnameOfOrigin(origin);
  if (hostname === undefined) return false;
  return (
    isLocalName(hostname) || (!isLoopback && isAddress(hostname) && hostname === hostnameOf(host))
  );
};

const createOriginCheck = (
  { isGuarded, isLoopback }: BrowserRules,
  listed: ReadonlySet<string> | undefined,
): Check => {
  const wayOut = isGuarded ? LISTING : OPENING;
  return (headers) => {
    const { origin } = headers;
    if (origin === undefined) {
      // An image, a frame or a link of another site; programs do not send this header.
      if (isGuarded || headers["sec-fetch-site"] !== "cross-site") return undefined;
      return `A web page of another site may not use this server, which has no master_key. To let a page use it, ${OPENING}.`;
    }
    const isAllowed =
      listed === undefined
        ? isNeighbour(headers, isLoopback)
        : listed.has(origin) || listed.has(normalised(origin));
    if (isAllowed) return undefined;
    return `Web pages of '${shown(origin)}' may not use this server. To let them, ${wayOut}.`;
  };
};

/** A name server can lead any name to this machine, and with it the pages of whoever owns the name. */
const createHostCheck = (listed: ReadonlySet<string> | undefined): Check => {
  const hostnames = new Set([...(listed ?? [])].map(hostnameOfOrigin));
  let lastGood: string | undefined;
  return ({ host = "" }) => {
    // Only HTTP/1.0 may leave it out, which no browser speaks.
    if (host === lastGood || host === "") return undefined;
    const hostname = hostnameOf(host);
    if (hostname === undefined || !(isOwnName(hostname) || hostnames.has(hostname)))
      return `This server has no master_key and only listens to this machine, so it only answers to local names such as localhost, not to '${shown(host)}'. If that name is yours, set general_settings.master_key, or list http://${shown(host)} in earshot_settings.allowed_origins.`;
    lastGood = host;
    return undefined;
  };
};

/**
 * Decides which web pages may use a server. What the operator listed counts. With nothing listed it is
 * every page where clients need a key; else the pages of this machine and, on a network, of the
 * server's own address. Without a key, a server that only this machine reaches is also picky about
 * its own name.
 */
export function createBrowserPolicy(rules: BrowserRules): BrowserPolicy {
  const { allowedOrigins, isGuarded, isLoopback } = rules;
  const listed = allowedOrigins && new Set(allowedOrigins.map(normalised));
  if (listed?.has("*") ?? isGuarded) return { allowsAll: true, refusalOf: () => undefined };
  const checkOrigin = createOriginCheck(rules, listed);
  const checkHost = isGuarded || !isLoopback ? undefined : createHostCheck(listed);
  return {
    allowsAll: false,
    refusalOf: (headers) => checkHost?.(headers) ?? checkOrigin(headers),
  };
}

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
export function allowOrigins({
  allowsAll,
  refusalOf,
}: BrowserPolicy): MiddlewareHandler<ProxyEnvironment> {
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
