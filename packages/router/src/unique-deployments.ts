import { TranscriptionError } from "@earshot/core";
import type { Deployment } from "./types.ts";

/** The same deployments; throws `invalid_request` when an id occurs twice, for ids name their health. */
export function uniqueDeployments<T>(
  deployments: readonly Deployment<T>[],
): readonly Deployment<T>[] {
  const ids = new Set<string>();
  for (const { id } of deployments) {
    if (ids.has(id))
      throw new TranscriptionError(
        "invalid_request",
        `Two deployments have the id "${id}". Give each its own model_info.id.`,
      );
    ids.add(id);
  }
  return deployments;
}
