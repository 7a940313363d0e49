import { createSharedEngine } from "./shared-engine.ts";
import type { EngineSpec, SharedEngine } from "./shared-engine.ts";

/** The right to use an engine. */
export interface EngineLease {
  readonly engine: SharedEngine;
  /** Gives the right back; the last one to do so closes the engine. May be called twice. */
  release(): Promise<void>;
}

/** Lends one engine to all who want the same, so that a model is in memory once. */
export interface EngineShelf {
  lease(spec: EngineSpec): EngineLease;
}

/** Creates an empty shelf. */
export function createEngineShelf(
  create: (spec: EngineSpec) => SharedEngine = (spec) => createSharedEngine(spec, process.env),
): EngineShelf {
  const engines = new Map<string, { readonly engine: SharedEngine; users: number }>();
  return {
    lease: (spec) => {
      // How long its audio may be is each provider's own affair.
      const { maxAudioSeconds: _own, ...settings } = spec.settings;
      const key = JSON.stringify([spec.key, settings]);
      const entry = engines.get(key) ?? { engine: create(spec), users: 0 };
      engines.set(key, entry);
      entry.users++;
      let released = false;
      const release = async (): Promise<void> => {
        if (released) return;
        released = true;
        entry.users--;
        if (entry.users > 0) return;
        engines.delete(key);
        await entry.engine.close();
      };
      return { engine: entry.engine, release };
    },
  };
}

/** The engines of this process: deployments of the same model share one. */
export const processShelf: EngineShelf = createEngineShelf();
