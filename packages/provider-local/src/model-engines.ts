import type { EngineLease, EngineShelf } from "./engine-shelf.ts";
import type { LocalSettings } from "./local-settings.ts";
import type { SharedEngine } from "./shared-engine.ts";

/** The engines that one provider uses, by model. */
export interface ModelEngines {
  of(model: string): SharedEngine;
  /** Lets go of an engine whose model does not exist, so that wrong names leave nothing behind. */
  forget(model: string): Promise<void>;
  close(): Promise<void>;
}

/** Creates an empty set; each model gets its engine when it is first asked for. */
export function createModelEngines(shelf: EngineShelf, settings: LocalSettings): ModelEngines {
  const leases = new Map<string, EngineLease>();
  return {
    of: (model) => {
      const lease = leases.get(model) ?? shelf.lease({ model, settings });
      leases.set(model, lease);
      return lease.engine;
    },
    forget: async (model) => {
      const lease = leases.get(model);
      leases.delete(model);
      await lease?.release();
    },
    close: async () => {
      const all = [...leases.values()];
      leases.clear();
      await Promise.all(all.map((lease) => lease.release()));
    },
  };
}
