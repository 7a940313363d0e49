import { describe, expect, it } from "vitest";
import { createResampler } from "./resampler.ts";

const tone = (frequency: number, rate: number, seconds = 1): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, n) =>
    Math.sin((2 * Math.PI * frequency * n) / rate),
  );

/** Pushes in pieces of odd lengths, as decoders do. */
function resampleAll(samples: Float32Array, inputRate: number, outputRate: number): Float32Array {
  const resampler = createResampler(inputRate, outputRate);
  const pieces: Float32Array[] = [];
  let offset = 0;
  for (let length = 1; offset < samples.length; length = (length * 7 + 13) % 4001) {
    pieces.push(resampler.push(samples.slice(offset, offset + length)));
    offset += length;
  }
  pieces.push(resampler.flush());
  return Float32Array.from(pieces.flatMap((piece) => [...piece]));
}

/** Loudness of the middle, in decibels against a full-scale sine; the ends hold the filter's edges. */
function decibels(samples: Float32Array): number {
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  const energy = middle.reduce((sum, value) => sum + value * value, 0) / middle.length;
  return 10 * Math.log10(2 * energy);
}

describe("createResampler", () => {
  it.each([8000, 11_025, 12_345, 22_050, 24_000, 44_100, 44_101, 48_000, 96_000, 192_000])(
    "keeps speech frequencies from %d Hz at their level",
    (rate) => {
      for (const frequency of [100, 440, 1000, 3000]) {
        const level = decibels(resampleAll(tone(frequency, rate), rate, 16_000));
        expect(Math.abs(level), `${frequency} Hz`).toBeLessThan(0.1);
      }
    },
  );

  it.each([22_050, 44_100, 48_000, 96_000])("leaves no alias of what %d Hz can hold", (rate) => {
    for (const frequency of [8700, 9500, 10_900].filter((value) => value < rate / 2)) {
      const level = decibels(resampleAll(tone(frequency, rate), rate, 16_000));
      expect(level, `${frequency} Hz`).toBeLessThan(-65);
    }
  });

  it("invents nothing above the old frequencies when it goes up", () => {
    const up = resampleAll(tone(3000, 8000), 8000, 16_000);
    const expected = tone(3000, 16_000);
    const middle = { from: 4000, to: 12_000 };
    const difference = up
      .slice(middle.from, middle.to)
      .map((value, index) => value - (expected[middle.from + index] ?? 0));
    expect(decibels(difference)).toBeLessThan(-60);
  });

  it.each([8000, 44_100, 48_000])("delays nothing from %d Hz", (rate) => {
    const output = resampleAll(tone(440, rate), rate, 16_000);
    const expected = tone(440, 16_000);
    const worst = output
      .slice(2000, 14_000)
      .reduce((most, value, n) => Math.max(most, Math.abs(value - (expected[2000 + n] ?? 0))), 0);
    expect(worst).toBeLessThan(0.005);
  });

  it.each([
    [44_100, 16_000],
    [8000, 16_000],
    [48_000, 16_000],
    [44_101, 16_000],
    [16_000, 8000],
  ])("turns a second at %d Hz into a second at %d Hz", (from, to) => {
    expect(resampleAll(tone(440, from), from, to).length).toBeCloseTo(to, -0.5);
  });

  it("does not depend on how the samples are cut into pieces", () => {
    const samples = tone(440, 44_100);
    const resampler = createResampler(44_100, 16_000);
    const whole = [...resampler.push(samples), ...resampler.flush()];
    expect([...resampleAll(samples, 44_100, 16_000)]).toEqual(whole);
  });

  it("passes samples on untouched when the rates are equal", () => {
    const samples = tone(440, 16_000);
    expect(createResampler(16_000, 16_000).push(samples)).toBe(samples);
  });
});
