export type { CommandIo, StopSignal, TextOutput } from "./command-io.ts";
export { run } from "./run.ts";
export { serve } from "./serve/serve.ts";
export type { ServeOptions, Serving } from "./serve/serve.ts";
