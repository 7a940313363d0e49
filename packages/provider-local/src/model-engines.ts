import { TranscriptionError } from "@earshot/core";
import type { Logger } from "@earshot/core";
import type { Applicant, Place } from "./admission.ts";
import type { EngineLease, EngineShelf } from "./engine-shelf.ts";
import type { LocalSettings } from "./local-settings.ts";
import { identityOfModel } from "./model-store/ensure-model.ts";
import type { LoadedModel, SharedEngine } from "./shared-engine.ts";

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

export interface ModelEnginesSettings {
  readonly shelf: EngineShelf;
  readonly settings: LocalSettings;
  readonly logger: Logger;
}

/** Creates an empty set; each model gets its engine when it is first asked for. */
export function createModelEngines(parts: ModelEnginesSettings): ModelEngines {
  const { shelf, settings, logger } = parts;
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
