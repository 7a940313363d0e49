import { TranscriptionError } from "@earshot/core";
import { describe, expect, it, vi } from "vitest";
import { createPacer } from "../pacer.ts";
import { decodePackets } from "./decode-packets.ts";
import type { PacketDecoder, SampleBlock } from "./packet-decoder.ts";

const SOUND = 1;
const DAMAGE = 2;
const NOTHING = 3;
const packetsOf = async function* (...kinds: readonly number[]) {
  for (const kind of kinds) yield Uint8Array.of(kind);
};

const sound: SampleBlock = { samples: new Float32Array(4).fill(0.5), sampleRate: 8000 };

function createDecoder(): PacketDecoder & { readonly free: ReturnType<typeof vi.fn> } {
  return {
    decode: ([kind]) => {
      if (kind === DAMAGE) throw new Error("damaged");
      return kind === SOUND ? sound : undefined;
    },
    free: vi.fn<() => void>(),
  };
}

const collect = async (blocks: AsyncIterable<SampleBlock>): Promise<number[][]> => {
  const all: number[][] = [];
  for await (const { samples } of blocks) all.push([...samples]);
  return all;
};
const loud = [0.5, 0.5, 0.5, 0.5];
const silent = [0, 0, 0, 0];

const pacer = createPacer(0);

describe("decodePackets", () => {
  it("puts silence of the same length in place of a damaged packet", async () => {
    const blocks = decodePackets(packetsOf(SOUND, DAMAGE, SOUND, NOTHING), createDecoder(), pacer);
    expect(await collect(blocks)).toEqual([loud, silent, loud]);
  });

  it("gives what a decoder still holds at the end", async () => {
    const decoder = { ...createDecoder(), finish: () => Promise.resolve(sound) };
    expect(await collect(decodePackets(packetsOf(NOTHING), decoder, pacer))).toEqual([loud]);
  });

  it("yields nothing for no packets", async () => {
    expect(await collect(decodePackets(packetsOf(), createDecoder(), pacer))).toEqual([]);
  });

  it.each([
    ["most packets are damaged", [SOUND, DAMAGE, DAMAGE]],
    ["no packet of many gives a sound", Array.from({ length: 20 }, () => NOTHING)],
  ])("fails when %s", async (_when, kinds) => {
    const blocks = decodePackets(packetsOf(...kinds), createDecoder(), pacer);
    await expect(collect(blocks)).rejects.toMatchObject({ code: "audio_unreadable" });
  });

  it("fails when a thousand packets in a row give no sound, whatever came before", async () => {
    const kinds = [SOUND, ...Array.from({ length: 1001 }, () => NOTHING), SOUND];
    const blocks = decodePackets(packetsOf(...kinds), createDecoder(), pacer);
    await expect(collect(blocks)).rejects.toMatchObject({ code: "audio_unreadable" });
  });

  it("gives other work a turn while packets give no sound", async () => {
    const slow = createPacer(0);
    slow.step(10_000);
    const kinds = Array.from({ length: 5 }, () => NOTHING);
    await collect(decodePackets(packetsOf(...kinds), createDecoder(), slow));
    expect(slow.turns).toBe(1);
  });

  it("takes a packet that is too long for damage", async () => {
    const decoder = { ...createDecoder(), longestPacketBytes: 0 };
    const blocks = decodePackets(packetsOf(SOUND), decoder, pacer);
    await expect(collect(blocks)).rejects.toMatchObject({ code: "audio_unreadable" });
  });

  it("does not try a hopeless stream to its end", async () => {
    let count = 0;
    const endless = async function* () {
      for (;;) {
        count++;
        yield Uint8Array.of(DAMAGE);
      }
    };
    await expect(collect(decodePackets(endless(), createDecoder(), pacer))).rejects.toMatchObject({
      code: "audio_unreadable",
    });
    expect(count).toBeLessThan(100);
  });

  it("passes on that a codec is not supported", async () => {
    const refusal = new TranscriptionError("unsupported_media", "No.");
    const decoder = { ...createDecoder(), decode: () => Promise.reject(refusal) };
    await expect(collect(decodePackets(packetsOf(SOUND), decoder, pacer))).rejects.toBe(refusal);
  });

  describe("frees the decoder once", () => {
    const endings: readonly (readonly [
      string,
      (blocks: ReturnType<typeof decodePackets>) => unknown,
    ])[] = [
      ["at the end", collect],
      [
        "when the consumer stops early",
        async (blocks) => {
          for await (const { samples } of blocks) if (samples.length > 0) break;
        },
      ],
      [
        "when the consumer throws",
        async (blocks) => {
          for await (const { samples } of blocks) throw new Error(`enough: ${samples.length}`);
        },
      ],
    ];
    it.each(endings)("%s", async (_when, consume) => {
      const decoder = createDecoder();
      await Promise.resolve(consume(decodePackets(packetsOf(SOUND, SOUND), decoder, pacer))).catch(
        () => {},
      );
      expect(decoder.free).toHaveBeenCalledOnce();
    });

    it("when the packets cannot be read on", async () => {
      const decoder = createDecoder();
      const broken = async function* () {
        yield Uint8Array.of(SOUND);
        throw new TranscriptionError("aborted", "Cancelled.");
      };
      await expect(collect(decodePackets(broken(), decoder, pacer))).rejects.toMatchObject({
        code: "aborted",
      });
      expect(decoder.free).toHaveBeenCalledOnce();
    });
  });
});
