import { systemClock } from "@earshot/core";
import type { Clock } from "@earshot/core";

/**
 * The system's clock, set to what another process's showed just now. Each process counts from the
 * date at which it began, so that two of them differ by as much as the wall clock was set in between;
 * in step, they differ only by the time that the message took.
 */
export function clockInStep(otherNowMs: number, own: Clock = systemClock): Clock {
  const aheadMs = otherNowMs - own.now();
  return { ...own, now: () => own.now() + aheadMs };
}
