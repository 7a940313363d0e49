import type { LatencyRow } from "../cases/latency.ts";
import type { MemoryRow } from "../cases/memory.ts";
import type { SlowClientRow } from "../cases/slow-client.ts";
import type { SlowUpstreamRow } from "../cases/slow-upstream.ts";
import type { SoakResult } from "../cases/soak.ts";
import type { ThroughputRow } from "../cases/throughput.ts";
import type { WorkersResult } from "../cases/workers.ts";

/** What the kinds of case found; undefined or empty when they did not run. */
export interface Findings {
  readonly throughput: readonly ThroughputRow[];
  readonly memory: readonly MemoryRow[];
  readonly slowClient: readonly SlowClientRow[];
  readonly slowUpstream: readonly SlowUpstreamRow[];
  readonly latency: readonly LatencyRow[];
  readonly workers: WorkersResult | undefined;
  readonly soak: SoakResult | undefined;
}

/** Everything that a run found. */
export interface Results extends Findings {
  readonly date: string;
  readonly rounds: number;
  readonly quick: boolean;
  readonly machine: string;
  /** Of who took part, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Why others did not, by name; also kinds of case that broke down. */
  readonly leftOut: Readonly<Record<string, string>>;
}
