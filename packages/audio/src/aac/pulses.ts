import type { BitReader } from "./bit-reader.ts";
import { FRAME_LENGTH } from "./window-info.ts";
import type { WindowInfo } from "./window-info.ts";

interface Pulse {
  readonly place: number;
  readonly amplitude: number;
}

/** Reads `pulse_data()`: up to four amplitudes that are added to a long window's coefficients. */
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
