import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import type { Subject } from "./subject.ts";

/** The floor, to which the others are compared. */
export const pipe: Subject = {
  name: "pipe",
  version: `Node ${process.version}`,
  headers: {},
  load: 1,
  start: async ({ upstreamPort }) => {
    const port = await freePort();
    const script = join(import.meta.dirname, "bare-pipe.ts");
    const command = [process.execPath, script, String(port), String(upstreamPort)] as const;
    return startChild({ command, port });
  },
};
