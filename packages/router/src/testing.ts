export { describeState } from "./testing/describe-state.ts";
export type { StateUnderTest } from "./testing/describe-state.ts";
