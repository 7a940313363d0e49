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
