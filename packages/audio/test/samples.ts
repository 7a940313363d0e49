/** All pieces of a decoded audio in one. */
export async function collectSamples(pieces: AsyncIterable<Float32Array>): Promise<Float32Array> {
  const all: Float32Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const samples = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of all) {
    samples.set(piece, offset);
    offset += piece.length;
  }
  return samples;
}

/** Mean energy of samples, in decibels against a full-scale square wave. */
export function energyDb(samples: Float32Array): number {
  const sum = samples.reduce((total, sample) => total + sample * sample, 0);
  return 10 * Math.log10(sum / samples.length);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Normalised correlation of `a` with `b` that comes `lag` samples later, from -1 to 1. */
function correlationAt(
  pair: readonly [Float32Array, Float32Array],
  lag: number,
  range: Range,
): number {
  const [a, b] = pair;
  const [from, to] = [Math.max(range.from, -lag), Math.min(range.to, a.length, b.length - lag)];
  let [both, onlyA, onlyB] = [0, 0, 0];
  for (let index = from; index < to; index++) {
    const [x, y] = [a[index] ?? 0, b[index + lag] ?? 0];
    both += x * y;
    onlyA += x * x;
    onlyB += y * y;
  }
  return both / Math.sqrt(onlyA * onlyB || 1);
}

const HIGHEST_LAG = 2000;
/** An eighth of a second of voices: enough to see how far they are apart. */
const EXCERPT: Range = { from: 20_000, to: 22_000 };

/** How alike two recordings are when the second is moved by at most 2000 samples, and by how many. */
export function compareSamples(
  a: Float32Array,
  b: Float32Array,
): { readonly correlation: number; readonly lag: number } {
  let lag = 0;
  let best = -Infinity;
  for (let candidate = -HIGHEST_LAG; candidate <= HIGHEST_LAG; candidate++) {
    const value = correlationAt([a, b], candidate, EXCERPT);
    if (value <= best) continue;
    best = value;
    lag = candidate;
  }
  return { lag, correlation: correlationAt([a, b], lag, { from: 0, to: a.length }) };
}
