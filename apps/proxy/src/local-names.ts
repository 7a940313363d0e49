const HOST = /^[\w.:[\]-]+$/u;

/**
 * The name or address of a `Host` header, without its port, in lower case and as browsers write it;
 * undefined for what is no host.
 */
export function hostnameOf(host: string): string | undefined {
  const url = `http://${host}`;
  if (!HOST.test(host) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/\.$/u, "");
}

/** Whether a hostname, as `hostnameOf` gives it, always means the machine that uses it. */
export function isLocalName(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/u.test(hostname) ||
    /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/u.test(hostname)
  );
}

/** Whether a hostname is an address, which no name server can lead elsewhere. */
export function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(hostname);
}

/** Whether only this machine reaches a server that listens there, such as `127.0.0.1` or `::1`. */
export function isLoopback(address: string): boolean {
  const hostname = hostnameOf(address.includes(":") ? `[${address}]` : address);
  return hostname !== undefined && isLocalName(hostname);
}
