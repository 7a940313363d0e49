import { TranscriptionError } from "@earshot/core";
import type { Logger } from "@earshot/core";
import type { Applicant, Place } from "./admission.ts";
import type { LocalSettings } from "./local-settings.ts";
import { identityOfModel } from "./model-store/ensure-model.ts";
import { createSharedEngine } from "./shared-engine.ts";
import type { EngineSpec, LoadedModel, SharedEngine } from "./shared-engine.ts";

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
  create: (spec: EngineSpec) => SharedEngine = createSharedEngine,
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

/** The engines that one provider uses, by model. */
export interface ModelEngines {
  /** Takes a request for the model on; give its place back at its end. Throws `queue_full`. */
  enter(model: string, applicant: Applicant): Place;
  /** Loads the model. When there is no such model, nothing of the attempt stays behind. */
  load(model: string, signal: AbortSignal): Promise<LoadedModel>;
  /** Whether any of them holds its model in memory. */
  anyLoaded(): boolean;
  close(): Promise<void>;
}

/** Creates an empty set; each model gets its engine when it is first asked for. */
export function createModelEngines(
  shelf: EngineShelf,
  settings: LocalSettings,
  logger: Logger,
): ModelEngines {
  const leases = new Map<string, EngineLease>();
  const keyOf = (model: string): string =>
    identityOfModel({ model, modelDir: settings.modelDir }, process.env);
  const engineOf = (model: string): SharedEngine => {
    const key = keyOf(model);
    const lease = leases.get(key) ?? shelf.lease({ key, model, settings });
    leases.set(key, lease);
    return lease.engine;
  };
  const forget = async (model: string): Promise<void> => {
    const key = keyOf(model);
    const lease = leases.get(key);
    leases.delete(key);
    await lease?.release();
  };
  return {
    enter: (model, applicant) => engineOf(model).enter(applicant),
    load: async (model, signal) => {
      try {
        return await engineOf(model).load(logger, signal);
      } catch (error) {
        const absent = TranscriptionError.is(error) && error.code === "provider_model_not_found";
        if (absent) await forget(model);
        throw error;
      }
    },
    anyLoaded: () => [...leases.values()].some(({ engine }) => engine.isLoaded()),
    close: async () => {
      const all = [...leases.values()];
      leases.clear();
      await Promise.all(all.map((lease) => lease.release()));
    },
  };
}
