import { describe, expect, it } from "vitest";
import { readMatroskaBlock } from "./matroska-elements.ts";

/** Track 1, 5 ticks before the cluster's time. */
const block = (flags: number, ...rest: readonly number[]): Uint8Array =>
  Uint8Array.of(0x81, 0xff, 0xfb, flags, ...rest);

const packetsOf = (content: Uint8Array): number[][] | undefined =>
  readMatroskaBlock(content)?.packets.map((packet) => [...packet]);

describe("readMatroskaBlock", () => {
  it("reads the track and the time", () => {
    expect(readMatroskaBlock(block(0x80, 1, 2, 3))).toMatchObject({ track: 1, ticks: -5 });
  });

  it.each([
    ["no lacing", block(0x00, 1, 2, 3), [[1, 2, 3]]],
    ["Xiph lacing", block(0x02, 2, 1, 2, 10, 20, 21, 30, 31, 32), [[10], [20, 21], [30, 31, 32]]],
    [
      "packets of one size",
      block(0x04, 2, 1, 2, 3, 4, 5, 6),
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    // The second size is one more than the first, which is stored as 1 + 63.
    ["EBML lacing", block(0x06, 2, 0x81, 0xc0, 10, 20, 21, 30), [[10], [20, 21], [30]]],
  ])("takes %s apart", (_name, content, packets) => {
    expect(packetsOf(content)).toEqual(packets);
  });

  it("takes apart a packet of more than 255 bytes", () => {
    const content = block(
      0x02,
      1,
      255,
      5,
      ...Array.from({ length: 262 }, (_, index) => index % 256),
    );
    expect(packetsOf(content)?.map((packet) => packet.length)).toEqual([260, 2]);
  });

  it.each([
    ["is cut off", Uint8Array.of(0x81, 0)],
    ["has no track", Uint8Array.of(0, 0, 0, 0, 0)],
    ["has damaged sizes", block(0x06, 2, 0)],
  ])("gives nothing when a block %s", (_name, content) => {
    expect(readMatroskaBlock(content)).toBeUndefined();
  });
});
