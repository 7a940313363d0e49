export { completeTranscript } from "./complete-transcript.ts";
export type { CompletionOptions } from "./complete-transcript.ts";
export type { Cue, CueOptions } from "./cue.ts";
export { cuesOf } from "./cues-of.ts";
export { toErrorBody } from "./error-body.ts";
export type { ErrorBody } from "./error-body.ts";
export { withoutPaths } from "./error-body.ts";
export {
  completeInTurns,
  cuesInTurns,
  isLongTranscript,
  renderInTurns,
} from "./long-transcript.ts";
export { renderEvents } from "./render-events.ts";
export { renderTranscript } from "./render-transcript.ts";
export type { RenderedTranscript, RenderOptions } from "./render-transcript.ts";
export { toSrt, toVtt } from "./subtitles.ts";
