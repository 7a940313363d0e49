import { isPortFree, nextFreePort } from "../serve/explain-listen-error.ts";
import type { Finding } from "./finding.ts";

/** Whether the server could listen. */
export async function checkPort(host: string, port: number): Promise<Finding> {
  const check = "Port";
  if (await isPortFree({ host, port })) return { check, status: "ok", message: `${port} is free` };
  const free = await nextFreePort({ host, port });
  return {
    check,
    status: "fail",
    message: `${port} of ${host} is taken, perhaps by a running Earshot`,
    remedy:
      free === undefined
        ? "Choose another one with --port."
        : `Use another one: --port ${free} is free.`,
  };
}
