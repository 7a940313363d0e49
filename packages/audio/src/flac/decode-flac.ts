import { unreadable } from "../audio-errors.ts";
import { decodePackets } from "../decoders/decode-packets.ts";
import { createFlacDecoder } from "../decoders/flac-decoder.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { readFlacFrames } from "./flac-frames.ts";
import { readFlacFile } from "./flac-info.ts";
import type { FlacFile } from "./flac-info.ts";

async function* packetsOf(
  source: RandomAccess,
  file: FlacFile,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Frames may leave it to the header to say what their samples are like.
  yield file.header;
  let count = 0;
  for await (const frame of readFlacFrames(source, file)) {
    count++;
    yield frame;
  }
  if (count === 0 && file.info.totalSamples > 0) throw unreadable("The FLAC file holds no frame.");
}

/** Decodes a FLAC file, frame by frame. */
export async function* decodeFlac(
  source: RandomAccess,
): AsyncGenerator<SampleBlock, void, undefined> {
  const file = await readFlacFile(source);
  yield* decodePackets(packetsOf(source, file), await createFlacDecoder(), source.pacer);
}
