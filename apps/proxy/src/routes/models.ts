import { TranscriptionError } from "@earshot/core";
import type { Gateway, ModelEntry } from "@earshot/gateway";

/** One entry of `GET /v1/models`, in OpenAI's shape. */
const toModel = (entry: ModelEntry) => ({
  id: entry.id,
  object: "model",
  created: 0,
  owned_by: entry.providers.join(","),
  ...(entry.shutdownDate === undefined ? {} : { shutdown_date: entry.shutdownDate }),
});

/** The body of `GET /v1/models`. */
export const listModels = (gateway: Gateway): { object: "list"; data: readonly unknown[] } => ({
  object: "list",
  data: gateway.models().map(toModel),
});

/** The body of `GET /v1/models/{id}`. Throws `model_not_found` that lists the known names. */
export function findModel(gateway: Gateway, id: string): object {
  const models = gateway.models();
  const found = models.find((model) => model.id === id);
  if (found !== undefined) return toModel(found);
  throw new TranscriptionError(
    "model_not_found",
    `There is no model '${id.slice(0, 100)}'. Known: ${models.map((model) => model.id).join(", ")}.`,
    { param: "model" },
  );
}
