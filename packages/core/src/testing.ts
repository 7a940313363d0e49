export { ableToAll, JUDGE_EXAMPLES, plainlyAsked } from "./testing/judge-examples.ts";
export type { JudgeExample } from "./testing/judge-examples.ts";
