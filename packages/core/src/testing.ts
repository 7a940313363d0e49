export { ableToAll, JUDGE_EXAMPLES, plainlyAsked } from "./testing/judge-examples.ts";
export type { JudgeExample } from "./testing/judge-examples.ts";
export { createVirtualClock, settle } from "./testing/virtual-clock.ts";
export type { VirtualClock, VirtualClockSettings } from "./testing/virtual-clock.ts";
