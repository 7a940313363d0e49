import { describe, expect, it } from "vitest";
import { createInverseTransform } from "./inverse-transform.ts";

/** The definition in ISO/IEC 14496-3, 4.6.11.3.1, term by term; full scale 1 instead of 32768. */
function transformByDefinition(spectrum: Float32Array): Float32Array {
  const size = spectrum.length;
  const shift = (size + 1) / 2;
  return Float32Array.from({ length: 2 * size }, (_, n) => {
    const sum = spectrum.reduce(
      (total, value, k) => total + value * Math.cos((Math.PI / size) * (n + shift) * (k + 0.5)),
      0,
    );
    return sum / size / 32_768;
  });
}

describe("createInverseTransform", () => {
  it.each([128, 1024])("does what the standard says for %d coefficients", (size) => {
    const spectrum = Float32Array.from({ length: size }, (_, k) => ((k * 7919) % 2003) - 1000);
    const samples = new Float32Array(2 * size);
    createInverseTransform(size)(spectrum, samples);
    const expected = transformByDefinition(spectrum);
    const worst = samples.reduce(
      (most, value, n) => Math.max(most, Math.abs(value - (expected[n] ?? 0))),
      0,
    );
    const loudest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(worst / loudest).toBeLessThan(1e-5);
  });
});
