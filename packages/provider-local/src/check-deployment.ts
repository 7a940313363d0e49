import { existsSync } from "node:fs";
import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings } from "@earshot/core";
import { readLocalSettings } from "./local-settings.ts";
import { describeUnknownModel, isBuiltIn } from "./model-store/built-in-models.ts";

/**
 * Refuses what no request could be served with: a model that is neither built in nor in a folder, or
 * a folder that is missing. Looks at nothing but whether the folder exists. Throws `invalid_request`.
 */
export function checkDeployment({ model, extra = {} }: ProviderSettings): void {
  const { modelDir } = readLocalSettings(extra);
  if (modelDir !== undefined && !existsSync(modelDir))
    throw new TranscriptionError(
      "invalid_request",
      `The model folder ${modelDir} does not exist. Set model_dir, or EARSHOT_MODEL_DIR, to a folder with a model's files.`,
      { param: "model_dir" },
    );
  if (modelDir === undefined && model !== undefined && !isBuiltIn(model))
    throw new TranscriptionError("invalid_request", describeUnknownModel(model), {
      param: "model",
    });
}
