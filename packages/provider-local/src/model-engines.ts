import type { EngineLease, EngineShelf } from "./engine-shelf.ts";
import type { LocalSettings } from "./local-settings.ts";
import { identityOfModel } from "./model-store/ensure-model.ts";
import type { SharedEngine } from "./shared-engine.ts";

/** The engines that one provider uses, by model. */
export interface ModelEngines {
  of(model: string): SharedEngine;
  /** Whether any of them holds its model in memory. */
  anyLoaded(): boolean;
  /** Lets go of an engine whose model does not exist, so that wrong names leave nothing behind. */
  forget(model: string): Promise<void>;
  close(): Promise<void>;
}

/** Creates an empty set; each model gets its engine when it is first asked for. */
export function createModelEngines(shelf: EngineShelf, settings: LocalSettings): ModelEngines {
  const leases = new Map<string, EngineLease>();
  const keyOf = (model: string): string =>
    identityOfModel({ model, modelDir: settings.modelDir }, process.env);
  return {
    of: (model) => {
      const key = keyOf(model);
      const lease = leases.get(key) ?? shelf.lease({ key, model, settings });
      leases.set(key, lease);
      return lease.engine;
    },
    anyLoaded: () => [...leases.values()].some(({ engine }) => engine.isLoaded()),
    forget: async (model) => {
      const key = keyOf(model);
      const lease = leases.get(key);
      leases.delete(key);
      await lease?.release();
    },
    close: async () => {
      const all = [...leases.values()];
      leases.clear();
      await Promise.all(all.map((lease) => lease.release()));
    },
  };
}
