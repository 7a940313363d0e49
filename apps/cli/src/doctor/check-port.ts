import { isPortFree, nextFreePort } from "../serve/explain-listen-error.ts";
import type { Finding } from "./finding.ts";

const LOOK_TIMEOUT_MS = 2000;

/** Whether who listens there answers as Earshot does. */
const isEarshot = async (port: number): Promise<boolean> => {
  try {
    const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal });
    return (await response.text()).includes('"Earshot"');
  } catch {
    return false;
  }
};

/** Whether the server could listen, or does so already. */
export async function checkPort(host: string, port: number): Promise<Finding> {
  const check = "Port";
  if (await isPortFree({ host, port })) return { check, status: "ok", message: `${port} is free` };
  if (await isEarshot(port))
    return { check, status: "ok", message: `an Earshot is running on ${port}` };
  const free = await nextFreePort({ host, port });
  return {
    check,
    status: "fail",
    message: `${port} of ${host} is taken by another program`,
    remedy:
      free === undefined
        ? "Choose another one with --port."
        : `Use another one: --port ${free} is free.`,
  };
}
