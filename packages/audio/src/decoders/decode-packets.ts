import { TranscriptionError } from "@earshot/core";
import { unreadable } from "../audio-errors.ts";
import type { Pacer } from "../pacer.ts";
import type { PacketDecoder, SampleBlock } from "./packet-decoder.ts";

/** Damaged packets that are borne even when they are the majority so far. */
const BORNE_FAILURES = 20;
/** Packets that a decoder may swallow without a sound: headers, and those that fill its buffers. */
const SILENT_PACKETS = 8;
/** So many in a row are no headers any more, wherever in the stream they stand. */
const MOST_SILENT_PACKETS = 1000;

/** A packet's sound; throws or rejects when it is damaged. */
function decodeBounded(
  decoder: PacketDecoder,
  packet: Uint8Array,
): ReturnType<PacketDecoder["decode"]> {
  const { longestPacketBytes = Infinity } = decoder;
  if (packet.length > longestPacketBytes) throw new RangeError("The packet is too long.");
  return decoder.decode(packet);
}

/** What became of one packet: sound, nothing yet, or a failure. */
interface Outcome {
  readonly block: SampleBlock | undefined;
  readonly failure: Error | undefined;
}

async function attempt(
  decode: () => SampleBlock | undefined | Promise<SampleBlock | undefined>,
): Promise<Outcome> {
  try {
    return { block: await decode(), failure: undefined };
  } catch (error) {
    if (TranscriptionError.is(error)) throw error;
    const failure = error instanceof Error ? error : new Error(String(error));
    return { block: undefined, failure };
  }
}

/** Counts what became of the packets. */
interface Tally {
  add(outcome: Outcome): void;
  /** True once so many packets have failed that going on makes no sense. */
  isHopeless(): boolean;
  /** Throws `audio_unreadable` when most packets failed, or none of many gave a sound. */
  check(): void;
}

function createTally(): Tally {
  let successes = 0;
  let failures = 0;
  let isMute = true;
  let silent = 0;
  let cause: Error | undefined;
  return {
    add: ({ block, failure }) => {
      if (failure === undefined) successes++;
      else failures++;
      isMute &&= block === undefined;
      silent = block === undefined ? silent + 1 : 0;
      cause = failure ?? cause;
    },
    isHopeless: () => failures > successes + BORNE_FAILURES || silent > MOST_SILENT_PACKETS,
    check: () => {
      const isSilent = (isMute && successes > SILENT_PACKETS) || silent > MOST_SILENT_PACKETS;
      const isSound = failures <= successes && !isSilent;
      if (!isSound) throw unreadable("The audio is damaged: it cannot be decoded.", cause);
    },
  };
}

const silenceLike = ({ samples, sampleRate }: SampleBlock): SampleBlock => ({
  samples: new Float32Array(samples.length),
  sampleRate,
});

/**
 * Decodes packets in order and frees the decoder in every ending. A damaged packet becomes silence
 * of the length of the one before it, so that times stay right. Gives other work a turn also while
 * packets give no sound. Throws `audio_unreadable` when most
 * packets are damaged.
 */
export async function* decodePackets(
  packets: AsyncIterable<Uint8Array>,
  decoder: PacketDecoder,
  pacer: Pacer,
): AsyncGenerator<SampleBlock> {
  const tally = createTally();
  let previous: SampleBlock | undefined;
  try {
    for await (const packet of packets) {
      const outcome = await attempt(() => decodeBounded(decoder, packet));
      tally.add(outcome);
      if (tally.isHopeless()) break;
      const lost = outcome.failure === undefined ? undefined : previous;
      const block = lost === undefined ? outcome.block : silenceLike(lost);
      previous = outcome.block ?? previous;
      if (block !== undefined) yield block;
      if (pacer.isDue()) await pacer.giveWay();
    }
    const last = await attempt(() => decoder.finish?.());
    if (last.block !== undefined) yield last.block;
  } finally {
    decoder.free();
  }
  tally.check();
}
