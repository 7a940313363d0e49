import { TranscriptionError } from "@earshot/core";
import type { Journey } from "./journey.ts";
import type { ModelIndex } from "./model-index.ts";
import type { Route, RoutePlanner } from "./plan-route.ts";
import type { RouteRequest } from "./types.ts";

export interface RoutesParts<T> {
  readonly index: ModelIndex<T>;
  readonly planRoute: RoutePlanner<T>;
  readonly fallbacksOf: (request: RouteRequest) => readonly string[];
}

/**
 * The asked group's route, then those of its fallbacks, each planned only when it is its turn, and
 * no deployment twice. Throws `model_not_found` when the asked model does not exist; other groups
 * that cannot serve are noted in the journey and left out.
 */
export function createRoutes<T>(
  parts: RoutesParts<T>,
): (journey: Journey) => Generator<Route<T>, void> {
  const { index, planRoute, fallbacksOf } = parts;

  return function* routesOf(journey) {
    const { request } = journey;
    const planned = new Set<string>();
    for (const [position, model] of [request.group, ...fallbacksOf(request)].entries()) {
      const resolved = index.resolve(model);
      if (resolved === undefined && position === 0) throw index.unknown(model);
      if (resolved === undefined) {
        journey.refused({ model, error: index.unknown(model) });
        continue;
      }
      const deployments = resolved.deployments.filter(({ id }) => !planned.has(id));
      if (deployments.length === 0) continue;
      for (const { id } of deployments) planned.add(id);
      const route = planRoute({ ...resolved, deployments }, request, position);
      if (TranscriptionError.is(route)) journey.refused({ model, error: route });
      else yield route;
    }
  };
}
