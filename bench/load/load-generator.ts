// Sends uploads and reports what came of it. Driven by messages of the process that started it.
import { runBurst } from "./burst.ts";
import { runHold } from "./hold.ts";
import type { LoadOrder, LoadReport } from "./load.ts";
import { runTrickle } from "./trickle.ts";

const run = (order: LoadOrder): Promise<LoadReport> => {
  switch (order.kind) {
    case "burst":
      return runBurst(order);
    case "trickle":
      return runTrickle(order);
    case "hold":
      return runHold(order);
  }
};

process.on("message", (order: LoadOrder) => {
  run(order).then(
    (report) => process.send?.({ report }),
    (error: unknown) =>
      process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
process.send?.("ready");
