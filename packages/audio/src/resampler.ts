/** The modified Bessel function of order 0, of which Kaiser windows are made, by its power series. */
export function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Changes the sampling frequency of a stream of samples, block by block. */
export interface Resampler {
  /** Takes the next samples and gives those that are finished. */
  push(samples: Float32Array): Float32Array;
  /** Gives the last samples; nothing may be pushed afterwards. */
  flush(): Float32Array;
}

/** Lobes of the sinc on either side: the more, the steeper the filter. */
const LOBES = 20;
/** The passband ends here, as a part of the lower of the two Nyquist frequencies. */
const ROLL_OFF = 0.94;
/** Trades the steepness against the damping of what lies beyond, here about 70 dB. */
const KAISER_BETA = 7;
/** Rates with no common divisor would need a filter for every single sample. */
const MOST_COEFFICIENTS = 2 ** 18;

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** So many points of the window that what lies between two of them is a straight line. */
const WINDOW_POINTS = 2 ** 13;
let windowPoints: Float64Array | undefined;

/** The Kaiser window at a distance from its middle of 0 to 1; beyond that it is 0. */
function kaiser(distance: number): number {
  // Its power series takes too long to be summed for every coefficient.
  windowPoints ??= Float64Array.from({ length: WINDOW_POINTS + 1 }, (_, index) =>
    besselI0(KAISER_BETA * Math.sqrt(1 - (index / WINDOW_POINTS) ** 2)),
  );
  const place = Math.min(1, Math.abs(distance)) * WINDOW_POINTS;
  const index = Math.min(WINDOW_POINTS - 1, Math.floor(place));
  const from = windowPoints[index] ?? 0;
  const to = windowPoints[index + 1] ?? 0;
  return from + (to - from) * (place - index);
}

interface FilterBank {
  readonly phases: number;
  /** Input samples on either side that take part in one output sample. */
  readonly reach: number;
  /** `2 * reach` coefficients for each phase, one phase after the other. */
  readonly coefficients: Float32Array;
}

/** A windowed sinc for each fraction of an input sample, each with a gain of exactly 1 at 0 Hz. */
function createFilters(ratio: number, wantedPhases: number): FilterBank {
  const cutoff = Math.min(1, ratio) * ROLL_OFF;
  const reach = Math.ceil(LOBES / Math.min(1, ratio));
  const taps = 2 * reach;
  const phases = Math.min(wantedPhases, Math.ceil(MOST_COEFFICIENTS / taps));
  const coefficients = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    const filter = coefficients.subarray(phase * taps, (phase + 1) * taps);
    let gain = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - reach + 1 - phase / phases;
      const coefficient = sinc(cutoff * distance) * kaiser(distance / reach);
      filter[tap] = coefficient;
      gain += coefficient;
    }
    for (let tap = 0; tap < taps; tap++) filter[tap] = (filter[tap] ?? 0) / gain;
  }
  return { phases, reach, coefficients };
}

/** Filters that were made before: a hostile stream could change its frequency with every frame. */
const known = new Map<string, FilterBank>();
const MOST_KNOWN = 16;

function filtersFor(inputRate: number, outputRate: number, wantedPhases: number): FilterBank {
  const key = `${inputRate} ${outputRate}`;
  const found = known.get(key) ?? createFilters(outputRate / inputRate, wantedPhases);
  // Asked for again, it becomes the newest.
  known.delete(key);
  const [oldest] = known.keys();
  if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  known.set(key, found);
  return found;
}

const passThrough: Resampler = { push: (samples) => samples, flush: () => new Float32Array() };

/**
 * Makes a polyphase resampler with a linear-phase low-pass: flat to about 0.8 of the lower Nyquist
 * frequency, no aliases above -70 dB, no delay between input and output. Rates in Hz.
 */
export function createResampler(inputRate: number, outputRate: number): Resampler {
  if (inputRate === outputRate) return passThrough;
  const divisor = greatestCommonDivisor(inputRate, outputRate);
  const up = outputRate / divisor;
  const down = inputRate / divisor;
  const { phases, reach, coefficients } = filtersFor(inputRate, outputRate, up);
  const taps = 2 * reach;
  let pending = new Float32Array(reach - 1);
  /** The place of the next output sample in `pending`: whole samples, and `fraction / up` more. */
  let place = reach - 1;
  let fraction = 0;

  const sampleAt = (input: Float32Array): number => {
    const filter = Math.floor((fraction * phases) / up) * taps;
    const first = place - reach + 1;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      sum += (input[first + tap] ?? 0) * (coefficients[filter + tap] ?? 0);
    }
    return sum;
  };

  const push = (samples: Float32Array): Float32Array => {
    const input = new Float32Array(pending.length + samples.length);
    input.set(pending);
    input.set(samples, pending.length);
    const available = Math.max(0, input.length - reach - place);
    const length = Math.max(0, Math.ceil((available * up - fraction) / down));
    const output = new Float32Array(length);
    for (let index = 0; index < output.length; index++) {
      output[index] = sampleAt(input);
      fraction += down;
      place += Math.floor(fraction / up);
      fraction %= up;
    }
    const consumed = Math.min(place - reach + 1, input.length);
    pending = input.slice(consumed);
    place -= consumed;
    return output;
  };
  return { push, flush: () => push(new Float32Array(reach)) };
}
