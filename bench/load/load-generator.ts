// Sends uploads and reports what came of it. Driven by messages of the process that started it.
import { runBurst } from "./burst.ts";
import type { LoadOrder, LoadReport } from "./load.ts";

const run = (order: LoadOrder): Promise<LoadReport> => runBurst(order);

process.on("message", (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report));
});
process.send?.("ready");
