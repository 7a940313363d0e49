import { CODEBOOK } from "./band-data.ts";
import type { BandData } from "./band-data.ts";
import { createHuffmanReader } from "./bit-reader.ts";
import type { BitReader, HuffmanReader } from "./bit-reader.ts";
import { spectralBooks } from "./huffman-tables.ts";
import { eachBand, FRAME_LENGTH } from "./window-info.ts";
import type { WindowInfo } from "./window-info.ts";

interface SpectralCode {
  readonly read: HuffmanReader;
  /** Values that one code word stands for. */
  readonly tuple: number;
  /** The values of every symbol, `tuple` at a time. */
  readonly values: Int8Array;
  /** True when the values carry no sign and their sign bits follow the code word. */
  readonly signsFollow: boolean;
  /** True when the highest value means that a longer one follows. */
  readonly escapes: boolean;
}

const ESCAPE_VALUE = 16;
const SHORTEST_ESCAPE_BITS = 4;
const LONGEST_ESCAPE_BITS = 12;

/** Values a word, the lowest value, and how many values there are, codebook 1 first. */
const shapes: readonly (readonly [tuple: number, lowest: number, span: number])[] = [
  [4, -1, 3],
  [4, -1, 3],
  [4, 0, 3],
  [4, 0, 3],
  [2, -4, 9],
  [2, -4, 9],
  [2, 0, 8],
  [2, 0, 8],
  [2, 0, 13],
  [2, 0, 13],
  [2, 0, ESCAPE_VALUE + 1],
];

const codes: readonly SpectralCode[] = spectralBooks.map((book, index) => {
  const [tuple, lowest, span] = shapes[index] ?? [1, 0, 1];
  const values = new Int8Array(span ** tuple * tuple);
  for (let place = 0; place < values.length; place++) {
    const symbol = Math.floor(place / tuple);
    const weight = span ** (tuple - 1 - (place % tuple));
    values[place] = (Math.floor(symbol / weight) % span) + lowest;
  }
  return {
    read: createHuffmanReader(book),
    tuple,
    values,
    signsFollow: lowest === 0,
    escapes: span > ESCAPE_VALUE,
  };
});

function readEscape(reader: BitReader): number {
  let bits = SHORTEST_ESCAPE_BITS;
  while (reader.readFlag()) bits++;
  if (bits > LONGEST_ESCAPE_BITS) throw new RangeError("An escape out of range.");
  return reader.read(bits) + (1 << bits);
}

function readSigns(reader: BitReader, values: Int16Array): void {
  for (let place = 0; place < values.length; place++) {
    const value = values[place] ?? 0;
    if (value !== 0 && reader.readFlag()) values[place] = -value;
  }
}

function readEscapes(reader: BitReader, values: Int16Array): void {
  for (let place = 0; place < values.length; place++) {
    const value = values[place] ?? 0;
    if (Math.abs(value) === ESCAPE_VALUE) values[place] = readEscape(reader) * Math.sign(value);
  }
}

function readTuples(reader: BitReader, code: SpectralCode, target: Int16Array): void {
  const { tuple, values } = code;
  for (let index = 0; index < target.length; index += tuple) {
    const first = code.read(reader) * tuple;
    for (let place = 0; place < tuple; place++) target[index + place] = values[first + place] ?? 0;
    if (code.signsFollow) readSigns(reader, target.subarray(index, index + tuple));
    if (code.escapes) readEscapes(reader, target.subarray(index, index + tuple));
  }
}

/** Reads `spectral_data()`: the coefficients as whole numbers, window by window. */
export function readQuantisedSpectrum(
  reader: BitReader,
  info: WindowInfo,
  bands: BandData,
): Int16Array {
  const quantised = new Int16Array(FRAME_LENGTH);
  eachBand(info, (index, start, end) => {
    const code = codes[(bands.codebooks[index] ?? 0) - 1];
    if (code !== undefined) readTuples(reader, code, quantised.subarray(start, end));
  });
  return quantised;
}

/** One amplitude that is added to a coefficient. */
interface Pulse {
  readonly place: number;
  readonly amplitude: number;
}

/** Reads `pulse_data()`: up to four for a long window. */
export function readPulses(reader: BitReader, info: WindowInfo): readonly Pulse[] {
  if (info.isShort) throw new RangeError("Pulses in a frame of short windows.");
  const count = reader.read(2) + 1;
  const startBand = reader.read(6);
  if (startBand + 1 >= info.bandOffsets.length) throw new RangeError("Pulses beyond the bands.");
  let place = info.bandOffsets[startBand] ?? 0;
  return Array.from({ length: count }, () => {
    place += reader.read(5);
    const amplitude = reader.read(4);
    if (place >= FRAME_LENGTH) throw new RangeError("Pulses beyond the window.");
    return { place, amplitude };
  });
}

/** Moves the coefficients away from zero by the pulses' amplitudes. */
export function addPulses(quantised: Int16Array, pulses: readonly Pulse[]): void {
  for (const { place, amplitude } of pulses) {
    const value = quantised[place] ?? 0;
    quantised[place] = value > 0 ? value + amplitude : value - amplitude;
  }
}

const GAIN_BIAS = 100;
/** `value ** (4 / 3)` of the values that are common. */
const powers = Float32Array.from({ length: 256 }, (_, value) => value ** (4 / 3));

/** Noise in -1 to 1 by a linear congruential generator; which noise it is does not matter. */
function createNoise(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

const nextNoise = createNoise();

function fillWithNoise(band: Float32Array, energy: number): void {
  let sum = 0;
  for (let place = 0; place < band.length; place++) {
    const value = nextNoise();
    band[place] = value;
    sum += value * value;
  }
  const gain = 2 ** (energy / 4) / Math.sqrt(sum);
  for (let place = 0; place < band.length; place++) band[place] = (band[place] ?? 0) * gain;
}

function dequantiseBand(quantised: Int16Array, gain: number, band: Float32Array): void {
  for (let place = 0; place < band.length; place++) {
    const value = quantised[place] ?? 0;
    const size = Math.abs(value);
    const magnitude = (powers[size] ?? size ** (4 / 3)) * gain;
    band[place] = value < 0 ? -magnitude : magnitude;
  }
}

/** Turns the whole numbers of a frame into coefficients and fills its noise bands. */
export function dequantise(quantised: Int16Array, info: WindowInfo, bands: BandData): Float32Array {
  const spectrum = new Float32Array(FRAME_LENGTH);
  eachBand(info, (index, start, end) => {
    const codebook = bands.codebooks[index] ?? 0;
    const scale = bands.scales[index] ?? 0;
    const band = spectrum.subarray(start, end);
    if (codebook === CODEBOOK.noise) fillWithNoise(band, scale);
    else if (codebook > CODEBOOK.zero && codebook < CODEBOOK.noise) {
      dequantiseBand(quantised.subarray(start, end), 2 ** ((scale - GAIN_BIAS) / 4), band);
    }
  });
  return spectrum;
}
