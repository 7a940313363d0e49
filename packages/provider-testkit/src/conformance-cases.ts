import type { ConformanceCase } from "./conformance-case.ts";
import { cancellationRules } from "./rules/cancellation.ts";
import { declaredRules } from "./rules/declared.ts";
import { errorRules } from "./rules/errors.ts";
import { featureRules } from "./rules/features.ts";
import { formatRules } from "./rules/formats.ts";
import { identityRules } from "./rules/identity.ts";
import { isolationRules } from "./rules/isolation.ts";
import { nonsenseRules } from "./rules/nonsense.ts";
import { optionRules } from "./rules/options.ts";
import { pollingRules } from "./rules/polling.ts";
import { refusalRules } from "./rules/refusals.ts";
import { requestRules } from "./rules/request.ts";
import { responseRules } from "./rules/response.ts";
import { streamingRules } from "./rules/streaming.ts";
import type { ProviderSuite } from "./suite.ts";

const RULES: readonly ((suite: ProviderSuite) => readonly ConformanceCase[])[] = [
  identityRules,
  declaredRules,
  requestRules,
  optionRules,
  featureRules,
  refusalRules,
  responseRules,
  nonsenseRules,
  formatRules,
  errorRules,
  cancellationRules,
  pollingRules,
  streamingRules,
  isolationRules,
];

/** Every rule of the suite applied to one provider; a scenario that is left out is listed once. */
export function conformanceCases(suite: ProviderSuite): readonly ConformanceCase[] {
  const skipped = new Set<string>();
  return RULES.flatMap((list) => list(suite)).filter(({ group, scenario }) => {
    if (group !== "scenarios" || scenario === undefined) return true;
    const first = !skipped.has(scenario);
    skipped.add(scenario);
    return first;
  });
}
