import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileFromBytes } from "../audio-files.ts";
import { createOggPageWriter } from "../decoders/vorbis-decoder.ts";
import { openRandomAccess } from "../random-access.ts";
import { readOggPackets } from "./ogg-packets.ts";

const first = new TextEncoder().encode("OpusHead and more");

async function packetsIn(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
  const source = await openRandomAccess(fileFromBytes(bytes, "a.ogg"), undefined);
  const packets: Uint8Array[] = [];
  for await (const packet of readOggPackets(source)) packets.push(packet.bytes);
  return packets;
}

function toOgg(packets: readonly Uint8Array[]): Uint8Array {
  const write = createOggPageWriter();
  return Buffer.concat(packets.map((packet) => write(packet)));
}

describe("readOggPackets", () => {
  it("reads what the page writer writes, whatever the sizes, but for packets of nothing", async () => {
    const sizes = fc.array(
      fc.oneof(fc.nat(1000), fc.constantFrom(0, 254, 255, 256, 65_025, 150_000)),
      {
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const packets = [
          first,
          ...lengths.map((length, index) => new Uint8Array(length).fill(index + 1)),
        ];
        const read = await packetsIn(toOgg(packets));
        const told = packets.filter(({ length }) => length > 0);
        expect(read.map((packet) => Buffer.from(packet))).toEqual(
          told.map((packet) => Buffer.from(packet)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("skips a damaged stretch and a page that is cut off", async () => {
    const write = createOggPageWriter();
    const junk = new Uint8Array(500).fill(0x4f);
    const pages = [first, Uint8Array.of(1), Uint8Array.of(2), new Uint8Array(300)].map(write);
    const [head, one, two, cut] = pages;
    const bytes = Buffer.concat(
      [head, one, junk, two, cut?.subarray(0, 200)].map((part) => part ?? junk),
    );
    expect((await packetsIn(bytes)).slice(1).map((packet) => [...packet])).toEqual([[1], [2]]);
  });

  it("finds no audio among other streams", async () => {
    const bytes = toOgg([new TextEncoder().encode("fishead"), Uint8Array.of(1)]);
    await expect(packetsIn(bytes)).rejects.toMatchObject({ code: "audio_unreadable" });
  });
});
