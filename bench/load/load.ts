import { startMessenger } from "../processes/messenger.ts";
import type { BurstOrder, BurstReport } from "./burst.ts";

/** What to send and where. */
export type LoadOrder = BurstOrder;

/** What came of it. */
export type LoadReport = BurstReport;

/** The process that sends the uploads. */
export interface Load {
  burst(order: Omit<BurstOrder, "kind">): Promise<BurstReport>;
  stop(): Promise<void>;
}

/** Starts the load generator in a process of its own. */
export async function startLoad(): Promise<Load> {
  const messenger = await startMessenger("load/load-generator.ts");
  return {
    // The generator answers each kind of order with its kind of report.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    burst: async (order) => (await messenger.ask({ kind: "burst", ...order })) as BurstReport,
    stop: () => messenger.stop(),
  };
}
