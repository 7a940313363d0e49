import { doInTurns } from "@earshot/core";
import type { Needs, Segment, Transcript, Word } from "@earshot/core";
import { completionWork } from "./complete-transcript.ts";
import type { CompletionOptions } from "./complete-transcript.ts";
import type { Cue, CueOptions } from "./cue.ts";
import { cuesWork } from "./cues-of.ts";
import { renderingWork } from "./render-transcript.ts";
import type { RenderedTranscript, RenderOptions } from "./render-transcript.ts";

/** A quarter of an hour of speech: what takes a few milliseconds at most is short. */
const SHORT_SPANS = 2000;
const SHORT_CHARACTERS = 16_000;

const charactersOf = (spans: readonly (Segment | Word)[]): number =>
  spans.reduce((sum, { text }) => sum + text.length, 0);

/** Whether work on a transcript should give way to others: see `completeInTurns`, `renderInTurns`. */
export function isLongTranscript({
  text,
  segments = [],
  words = [],
  logprobs = [],
}: Transcript): boolean {
  const spans = segments.length + words.length + logprobs.length;
  if (spans > SHORT_SPANS || text.length > SHORT_CHARACTERS) return true;
  return charactersOf(segments) + charactersOf(words) > 2 * SHORT_CHARACTERS;
}

/** As `completeTranscript`, in slices between which others have their turn; the signal ends it. */
export const completeInTurns = (
  transcript: Transcript,
  needs: Needs,
  { signal, ...options }: CompletionOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<Transcript> => doInTurns(completionWork(transcript, needs, options), signal);

/** As `renderTranscript`, in slices between which others have their turn; the signal ends it. */
export const renderInTurns = (
  transcript: Transcript,
  options: RenderOptions,
  signal?: AbortSignal,
): Promise<RenderedTranscript> => doInTurns(renderingWork(transcript, options), signal);

/** As `cuesOf`, in slices between which others have their turn; the signal ends it. */
export const cuesInTurns = (
  transcript: Transcript,
  options: CueOptions = {},
  signal?: AbortSignal,
): Promise<readonly Cue[]> => doInTurns(cuesWork(transcript, options), signal);
