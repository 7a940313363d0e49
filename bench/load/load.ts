import { startMessenger } from "../processes/child.ts";
import type { BurstOrder, BurstReport } from "./burst.ts";
import type { HoldOrder, HoldReport } from "./hold.ts";
import type { TrickleOrder, TrickleReport } from "./trickle.ts";

/** What to send and where. */
export type LoadOrder = BurstOrder | TrickleOrder | HoldOrder;

/** What came of it. */
export type LoadReport = BurstReport | TrickleReport | HoldReport;

/** The process that sends the uploads; one order at a time. Rejects when an answer is wrong or late. */
export interface Load {
  burst(order: Omit<BurstOrder, "kind">): Promise<BurstReport>;
  trickle(order: Omit<TrickleOrder, "kind">): Promise<TrickleReport>;
  hold(order: Omit<HoldOrder, "kind">): Promise<HoldReport>;
  stop(): Promise<void>;
}

/** What the generator answers: each kind of order with its kind of report. */
interface Outcome<Report> {
  readonly report?: Report;
  readonly failure?: string;
}

/** Starts the load generator in a process of its own. */
export async function startLoad(): Promise<Load> {
  const messenger = await startMessenger("load/load-generator.ts");
  const ask = async <Report>(order: LoadOrder): Promise<Report> => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are in this folder
    const { report, failure } = (await messenger.ask(order)) as Outcome<Report>;
    if (report === undefined) throw new Error(failure ?? "The load generator sent no report.");
    return report;
  };
  return {
    burst: (order) => ask<BurstReport>({ kind: "burst", ...order }),
    trickle: (order) => ask<TrickleReport>({ kind: "trickle", ...order }),
    hold: (order) => ask<HoldReport>({ kind: "hold", ...order }),
    stop: () => messenger.stop(),
  };
}
