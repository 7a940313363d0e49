/** What an `esds` box says about the codec. */
export interface ElementaryStream {
  /** By the table that MP4 registers codecs in. */
  readonly objectType: number;
  /** What the codec needs to know before the first packet. */
  readonly description: Uint8Array | undefined;
}

const TAG = { stream: 3, decoderConfig: 4, decoderSpecific: 5 } as const;
const VERSION_BYTES = 4;
const DECODER_CONFIG_BYTES = 13;
const LONGEST_SIZE = 4;
const STREAM_FLAG = { dependsOn: 0x80, url: 0x40, clock: 0x20 } as const;

interface Descriptor {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The descriptor at the beginning of some bytes; its size is told seven bits at a time. */
function readDescriptor(bytes: Uint8Array): Descriptor | undefined {
  const [tag] = bytes;
  if (tag === undefined) return undefined;
  let size = 0;
  let offset = 1;
  let byte = 0x80;
  while ((byte & 0x80) !== 0 && offset <= LONGEST_SIZE) {
    byte = bytes[offset++] ?? 0;
    size = size * 128 + (byte & 0x7f);
  }
  return { tag, content: bytes.subarray(offset, offset + size) };
}

/** Bytes of a stream descriptor in front of the descriptors inside it. */
function streamFieldBytes(content: Uint8Array): number {
  const flags = content[2] ?? 0;
  const url = (flags & STREAM_FLAG.url) === 0 ? 0 : 1 + (content[3] ?? 0);
  const dependsOn = (flags & STREAM_FLAG.dependsOn) === 0 ? 0 : 2;
  const clock = (flags & STREAM_FLAG.clock) === 0 ? 0 : 2;
  return 3 + dependsOn + url + clock;
}

/**
 * Reads the content of an `esds` box; undefined when it is damaged.
 * @see ISO/IEC 14496-1, 7.2.6
 */
export function readElementaryStream(esds: Uint8Array): ElementaryStream | undefined {
  const stream = readDescriptor(esds.subarray(VERSION_BYTES));
  if (stream?.tag !== TAG.stream) return undefined;
  const config = readDescriptor(stream.content.subarray(streamFieldBytes(stream.content)));
  const [objectType] = config?.content ?? [];
  if (config?.tag !== TAG.decoderConfig || objectType === undefined) return undefined;
  const specific = readDescriptor(config.content.subarray(DECODER_CONFIG_BYTES));
  const description = specific?.tag === TAG.decoderSpecific ? specific.content : undefined;
  return { objectType, description };
}
