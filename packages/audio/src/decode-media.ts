import type { InputAudioTrack } from "mediabunny";
import { unsupported } from "./audio-errors.ts";
import { decodeTrack } from "./decoders/decode-track.ts";
import type { CodedTrack } from "./decoders/decode-track.ts";
import type { SampleBlock } from "./decoders/packet-decoder.ts";
import type { RandomAccess } from "./files/random-access.ts";
import { openMediaInput, readPackets } from "./media-input.ts";
import type { DemuxedContainer } from "./media-input.ts";

const toBytes = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

async function describe(track: InputAudioTrack): Promise<Omit<CodedTrack, "wantedRate">> {
  const config = await track.getDecoderConfig();
  const codec = await track.getCodec();
  if (config === null || codec === null) {
    const id = await track.getInternalCodecId();
    throw unsupported(typeof id === "string" ? `Audio of the codec ${id}` : "Audio of this codec");
  }
  const { description, sampleRate, numberOfChannels } = config;
  return {
    codec,
    description: description === undefined ? undefined : toBytes(description),
    sampleRate,
    channels: numberOfChannels,
    skipSeconds: Math.max(0, -(await track.getFirstTimestamp())),
  };
}

export interface MediaDecoding {
  readonly container: DemuxedContainer;
  /** The frequency that the samples are wanted at, in Hz; some decoders can meet it. */
  readonly wantedRate: number;
}

/** Decodes the first audio track of a container. Throws `unsupported_media` for foreign codecs. */
export async function* decodeMedia(
  source: RandomAccess,
  { container, wantedRate }: MediaDecoding,
): AsyncGenerator<SampleBlock, void, undefined> {
  const { input, track } = await openMediaInput(source, container);
  try {
    yield* decodeTrack(readPackets(track), { ...(await describe(track)), wantedRate });
  } finally {
    input.dispose();
  }
}
