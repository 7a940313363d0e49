const HOST = /^[\w.:[\]-]+$/u;

const urlOf = (host: string): URL | undefined =>
  (HOST.test(host) && URL.parse(`http://${host}`)) || undefined;

/** A `Host` header as browsers write it, which may be written in other ways; undefined for no host. */
export const hostOf = (host: string): string | undefined => urlOf(host)?.host;

/**
 * The name or address of a `Host` header, without its port, in lower case and as browsers write it;
 * undefined for what is no host.
 */
export const hostnameOf = (host: string): string | undefined =>
  urlOf(host)?.hostname.replace(/\.$/u, "");

/** "No address in particular"; who connects to it reaches the own machine. */
const UNSPECIFIED: ReadonlySet<string> = new Set(["0.0.0.0", "[::]", "[::ffff:0:0]"]);

/** Whether a hostname, as `hostnameOf` gives it, always means the machine that uses it. */
export function isLocalName(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    UNSPECIFIED.has(hostname) ||
    /^127(?:\.\d{1,3}){3}$/u.test(hostname) ||
    /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/u.test(hostname)
  );
}

/**
 * Whether a server that only this machine reaches may be called so: by a local name, or one of those
 * that Debian's `/etc/hosts` has for it. Browsers do not know the latter by themselves, so a page of
 * such a name need not be of this machine.
 */
export function isOwnName(hostname: string): boolean {
  return isLocalName(hostname) || hostname === "ip6-localhost" || hostname === "ip6-loopback";
}

/** Whether a hostname is an address, which no name server can lead elsewhere. */
export function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(hostname);
}

/**
 * Whether only this machine reaches a server that listens there, such as `127.0.0.1` or `::1`, and
 * unlike `0.0.0.0`, which for a server means every address.
 */
export function isLoopback(address: string): boolean {
  const hostname = hostnameOf(address.includes(":") ? `[${address}]` : address);
  return hostname !== undefined && isLocalName(hostname) && !UNSPECIFIED.has(hostname);
}
