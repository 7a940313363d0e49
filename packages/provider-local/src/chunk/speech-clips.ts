import { SAMPLE_RATE } from "../engine/recognizer-config.ts";
import type { SpeechSpan } from "../engine/speech-engine.ts";

const LONGEST_GAP = 1 * SAMPLE_RATE;
const LONGEST_STRETCH = 20 * SAMPLE_RATE;

/** Joins the detector's spans across gaps of under a second, up to 20 s. */
export function speechStretches(spans: readonly SpeechSpan[]): readonly SpeechSpan[] {
  return spans.reduce<SpeechSpan[]>((stretches, span) => {
    const last = stretches.at(-1);
    const close = last !== undefined && span.start - last.end < LONGEST_GAP;
    if (close && span.end - last.start < LONGEST_STRETCH) {
      stretches[stretches.length - 1] = { start: last.start, end: span.end };
    } else {
      stretches.push(span);
    }
    return stretches;
  }, []);
}

/** Where a stretch lies: among its neighbours, in audio of so many samples. */
export interface StretchPlace {
  readonly stretches: readonly SpeechSpan[];
  readonly index: number;
  readonly length: number;
}

/** Seconds of what surrounds a stretch. */
export interface Margins {
  readonly before: number;
  readonly after: number;
}

/** The stretch with margins around it that never reach into its neighbours. */
export function clipAround(place: StretchPlace, margins: Margins): SpeechSpan {
  const { stretches, index, length } = place;
  const speech = stretches[index] ?? { start: 0, end: length };
  const previous = stretches[index - 1];
  const next = stretches[index + 1];
  const earliest = previous === undefined ? 0 : Math.ceil((previous.end + speech.start) / 2);
  const latest = next === undefined ? length : Math.ceil((speech.end + next.start) / 2);
  return {
    start: Math.max(earliest, speech.start - margins.before * SAMPLE_RATE),
    end: Math.min(latest, speech.end + margins.after * SAMPLE_RATE),
  };
}
