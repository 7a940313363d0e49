import { TranscriptionError } from "@earshot/core";
import { unreadable } from "../audio-errors.ts";
import type { PacketDecoder, SampleBlock } from "./packet-decoder.ts";

/** Damaged packets that are borne even when they are the majority so far. */
const BORNE_FAILURES = 20;
/** Packets that a decoder may swallow without a sound: headers, and those that fill its buffers. */
const SILENT_PACKETS = 8;

interface Outcome {
  readonly block?: SampleBlock | undefined;
  readonly failure?: Error;
}

async function decodeOne(decoder: PacketDecoder, packet: Uint8Array): Promise<Outcome> {
  try {
    return { block: await decoder.decode(packet) };
  } catch (error) {
    if (TranscriptionError.is(error)) throw error;
    return { failure: error instanceof Error ? error : new Error(String(error)) };
  }
}

const silenceLike = ({ samples, sampleRate }: SampleBlock): SampleBlock => ({
  samples: new Float32Array(samples.length),
  sampleRate,
});

/**
 * Decodes packets in order and frees the decoder in every ending. A damaged packet becomes silence
 * of the length of the one before it, so that times stay right. Throws `audio_unreadable` when most
 * packets are damaged.
 */
export async function* decodePackets(
  packets: AsyncIterable<Uint8Array>,
  decoder: PacketDecoder,
): AsyncGenerator<SampleBlock, void, undefined> {
  let successes = 0;
  let failures = 0;
  let lastFailure: Error | undefined;
  let previous: SampleBlock | undefined;
  try {
    for await (const packet of packets) {
      const { block, failure } = await decodeOne(decoder, packet);
      if (failure === undefined) successes++;
      else failures++;
      lastFailure = failure ?? lastFailure;
      if (failures > successes + BORNE_FAILURES) break;
      const audible =
        failure !== undefined && previous !== undefined ? silenceLike(previous) : block;
      previous = block ?? previous;
      if (audible !== undefined) yield audible;
    }
    const rest = await decoder.finish?.();
    previous = rest ?? previous;
    if (rest !== undefined) yield rest;
  } finally {
    decoder.free();
  }
  if (failures > successes)
    throw unreadable("The audio is damaged: it cannot be decoded.", lastFailure);
}
