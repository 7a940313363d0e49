import { capabilitiesOf, fitRequest, warningOf } from "@earshot/core";
import type { CapabilityTable, TranscriptionRequest, Warning } from "@earshot/core";

/** The provider whose limits a request must keep; a definition or a provider will do. */
export interface RequestLimits {
  readonly kind: string;
  readonly capabilities: CapabilityTable;
}

export interface CheckedRequest {
  /** Without the hints that the model does not take. */
  readonly request: TranscriptionRequest;
  /** For what was left out, and for what the answer will lack. */
  readonly warnings: readonly Warning[];
}

/**
 * Renders the judge's verdicts on a request to one provider, before any audio is sent: throws an
 * error with `param` for what the provider would refuse, and leaves out, with a warning, what its
 * model would only ignore.
 */
export function checkRequest(
  { kind, capabilities }: RequestLimits,
  request: TranscriptionRequest,
): CheckedRequest {
  const name = `${kind}/${request.model}`;
  const can = capabilitiesOf(capabilities, request.model);
  const fitted = fitRequest(request, can, { name, provider: kind, dropParams: false });
  const verdicts = [...fitted.dropped, ...fitted.missing];
  return {
    request: fitted.request,
    warnings: verdicts.map((verdict) => warningOf(verdict, name)),
  };
}
