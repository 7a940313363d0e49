import type { ChildProcess } from "node:child_process";

/** A connection on its way to a worker, as Node's cluster hands it over. */
interface Handle {
  /** -1 when it is closed. */
  readonly fd: number;
  readonly close: () => void;
}

const isHandle = (value: unknown): value is Handle =>
  typeof value === "object" &&
  value !== null &&
  "fd" in value &&
  "close" in value &&
  typeof value.close === "function";

/**
 * Ends the connection that a worker was being handed when it died. Node keeps its own end of a
 * connection open until the worker has it; without this the client would wait for ever.
 */
export function endLostConnection(child: ChildProcess): void {
  let handed: Handle | undefined;
  const send = child.send.bind(child);
  child.send = (...parameters: readonly unknown[]): boolean => {
    const [, handle] = parameters;
    if (isHandle(handle)) handed = handle;
    return Reflect.apply(send, child, parameters) === true;
  };
  child.once("exit", () => {
    if (handed !== undefined && handed.fd !== -1) handed.close();
  });
}
