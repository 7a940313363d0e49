import { describe, expect, it } from "vitest";
import { readStreamConfig } from "./stream-config.ts";

/** The bytes of numbers that each take some bits. */
function pack(...fields: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  const text = fields.map(([value, bits]) => value.toString(2).padStart(bits, "0")).join("");
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, "0");
  return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

describe("readStreamConfig", () => {
  it("reads AAC-LC", () => {
    expect(readStreamConfig(pack([2, 5], [4, 4], [2, 4], [0, 3]))).toEqual({
      sampleRate: 44_100,
      channels: 2,
    });
  });

  it("reads a frequency that is in no table", () => {
    const config = pack([2, 5], [15, 4], [37_800, 24], [1, 4], [0, 3]);
    expect(readStreamConfig(config)).toEqual({ sampleRate: 37_800, channels: 1 });
  });

  it.each([
    ["HE-AAC", 5],
    ["HE-AAC v2", 29],
  ])("reads the core of %s, at half the frequency", (_name, objectType) => {
    const config = pack([objectType, 5], [6, 4], [1, 4], [3, 4], [2, 5], [0, 3]);
    expect(readStreamConfig(config)).toEqual({ sampleRate: 24_000, channels: 1 });
  });

  it.each([
    [
      "AAC Main",
      [
        [1, 5],
        [4, 4],
        [2, 4],
        [0, 3],
      ],
    ],
    [
      "AAC-ELD",
      [
        [31, 5],
        [7, 6],
        [4, 4],
        [2, 4],
        [0, 3],
      ],
    ],
    [
      "960 samples",
      [
        [2, 5],
        [4, 4],
        [2, 4],
        [1, 1],
        [0, 2],
      ],
    ],
  ] as const)("refuses %s as unsupported", (name, fields) => {
    expect(() => readStreamConfig(pack(...fields))).toThrow(
      expect.objectContaining({
        code: "unsupported_media",
        message: expect.stringContaining(name),
      }),
    );
  });
});
