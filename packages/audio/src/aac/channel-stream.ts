import { readBandData } from "./band-data.ts";
import type { BandData } from "./band-data.ts";
import type { BitReader } from "./bit-reader.ts";
import { dequantise } from "./dequantise.ts";
import { readShapingFilters } from "./noise-shaping.ts";
import type { ShapingFilter } from "./noise-shaping.ts";
import { addPulses, readPulses } from "./pulses.ts";
import { readQuantisedSpectrum } from "./quantised-spectrum.ts";
import type { BandLayout } from "./scale-factor-bands.ts";
import { readWindowInfo } from "./window-info.ts";
import type { WindowInfo } from "./window-info.ts";

/** One channel of one frame before noise shaping and the inverse transform. */
export interface ChannelStream {
  readonly info: WindowInfo;
  readonly bands: BandData;
  readonly spectrum: Float32Array;
  readonly shapingFilters: readonly ShapingFilter[];
}

/** Reads `individual_channel_stream()`; `sharedInfo` is that of a pair with a common window. */
export function readChannelStream(
  reader: BitReader,
  layout: BandLayout,
  sharedInfo?: WindowInfo,
): ChannelStream {
  const globalGain = reader.read(8);
  const info = sharedInfo ?? readWindowInfo(reader, layout);
  const bands = readBandData(reader, info, globalGain);
  const pulses = reader.readFlag() ? readPulses(reader, info) : [];
  const shapingFilters = reader.readFlag() ? readShapingFilters(reader, info) : [];
  if (reader.readFlag()) throw new RangeError("Gain control is no part of AAC-LC.");
  const quantised = readQuantisedSpectrum(reader, info, bands);
  addPulses(quantised, pulses);
  return { info, bands, spectrum: dequantise(quantised, info, bands), shapingFilters };
}
