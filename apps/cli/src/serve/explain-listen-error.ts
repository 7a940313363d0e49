import { once } from "node:events";
import { createServer } from "node:net";
import { FailedCommand } from "../command-failure.ts";
import type { ListenAddress } from "./serve-flags.ts";

const PORTS_TRIED = 20;
const LAST_PORT = 65_535;

/** Whether a server could listen there now. */
export async function isPortFree({ host, port }: ListenAddress): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The next port above that nobody listens on; undefined when there is none near. */
export async function nextFreePort({ host, port }: ListenAddress): Promise<number | undefined> {
  for (let next = port + 1; next <= Math.min(port + PORTS_TRIED, LAST_PORT); next++)
    if (await isPortFree({ host, port: next })) return next;
  return undefined;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** Says what is in the way and what to type instead; errors of another kind stay as they are. */
export async function explainListenError(error: unknown, address: ListenAddress): Promise<unknown> {
  const { host, port } = address;
  switch (codeOf(error)) {
    case "EADDRINUSE": {
      const free = await nextFreePort(address);
      const wayOut =
        free === undefined
          ? "Choose another one with --port."
          : `Stop that program, or choose another port: --port ${free} is free.`;
      return new FailedCommand(`port ${port} of ${host} is taken by another program. ${wayOut}`);
    }
    case "EACCES":
      return new FailedCommand(
        `this user may not listen on port ${port}. Choose one above 1023, such as --port 8000.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new FailedCommand(
        `this machine has no address '${host}'. Leave --host out, or use 127.0.0.1 (this machine only) or 0.0.0.0 (the whole network).`,
      );
    default:
      return error;
  }
}
