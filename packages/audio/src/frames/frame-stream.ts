import { unreadable } from "../audio-errors.ts";
import { id3SizeBytes } from "../byte-fields.ts";
import { measureWithin } from "../pacer.ts";
import type { RandomAccess } from "../random-access.ts";

/** What every frame of a bare stream of frames says about itself. */
export interface FrameHeader {
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of each channel. */
  readonly samples: number;
  /** The whole frame, header included. */
  readonly sizeBytes: number;
}

/** How the frames of one format are found. */
export interface FrameFormat<H extends FrameHeader> {
  /** As messages call it, such as `MP3`. */
  readonly name: string;
  /** Reads the header at an offset; undefined when there is none. */
  readonly parse: (bytes: Uint8Array, offset: number) => H | undefined;
  readonly headerBytes: number;
  readonly longestFrameBytes: number;
}

export interface Frame<H extends FrameHeader> {
  readonly header: H;
  /** The whole frame, header included. */
  readonly bytes: Uint8Array;
  /** Where the frame begins in the file. */
  readonly position: number;
}

interface Window {
  readonly bytes: Uint8Array;
  /** Where the window begins in the file. */
  readonly start: number;
  readonly isLast: boolean;
}

const WINDOW_BYTES = 128 * 1024;

/** The frame that begins at an offset; undefined when none does or when it is cut off. */
function frameAt<H extends FrameHeader>(
  { bytes, start }: Window,
  offset: number,
  format: FrameFormat<H>,
): Frame<H> | undefined {
  const header = format.parse(bytes, offset);
  if (header === undefined || offset + header.sizeBytes > bytes.length) return undefined;
  return {
    header,
    bytes: bytes.subarray(offset, offset + header.sizeBytes),
    position: start + offset,
  };
}

/** True when a frame of the same stream or the end of the audio follows: junk seldom has that. */
function isConfirmed<H extends FrameHeader>(
  { bytes, start }: Window,
  { header, position }: Frame<H>,
  format: FrameFormat<H>,
): boolean {
  const next = position - start + header.sizeBytes;
  if (next + format.headerBytes > bytes.length) return true;
  return format.parse(bytes, next)?.sampleRate === header.sampleRate;
}

/** What every sync word and every ID3 tag begin with. */
const SYNC_BYTE = 0xff;
const TAG_BYTE = 0x49;

/** The next place from an offset on where a frame or a tag might begin. */
function nextCandidate(bytes: Uint8Array, from: number): number {
  let offset = from;
  while (offset < bytes.length && bytes[offset] !== SYNC_BYTE && bytes[offset] !== TAG_BYTE)
    offset++;
  return offset;
}

interface Scan<H extends FrameHeader> {
  readonly frames: readonly Frame<H>[];
  /** Where the next window has to begin. */
  readonly next: number;
  /** Places that only looked as if a frame began there. */
  readonly misses: number;
}

/** All frames that begin in a window. */
function scanWindow<H extends FrameHeader>(window: Window, format: FrameFormat<H>): Scan<H> {
  const frames: Frame<H>[] = [];
  const { bytes } = window;
  const lookAhead = format.longestFrameBytes + format.headerBytes;
  const end = window.isLast ? bytes.length : bytes.length - lookAhead;
  let offset = 0;
  let isInStep = false;
  let misses = 0;
  while (offset < end) {
    const frame = frameAt(window, offset, format);
    isInStep = frame !== undefined && (isInStep || isConfirmed(window, frame, format));
    if (frame !== undefined && isInStep) {
      frames.push(frame);
      offset += frame.header.sizeBytes;
    } else {
      misses++;
      offset = nextCandidate(bytes, offset + Math.max(1, id3SizeBytes(bytes, offset)));
    }
  }
  return { frames, next: window.start + offset, misses };
}

/** Finds the frames of a file in order, some hundred at a time; skips whatever is no frame. */
async function* readFrames<H extends FrameHeader>(
  source: RandomAccess,
  format: FrameFormat<H>,
): AsyncGenerator<readonly Frame<H>[]> {
  const { pacer } = source;
  let start = 0;
  while (start < source.sizeBytes) {
    const bytes = await source.read(start, start + WINDOW_BYTES);
    const isLast = start + bytes.length >= source.sizeBytes;
    const { frames, next, misses } = scanWindow({ bytes, start, isLast }, format);
    pacer.step(misses);
    if (frames.length > 0) yield frames;
    start = next;
    if (pacer.isDue()) await pacer.giveWay();
  }
}

/** The frames one by one, as packets for a decoder. */
export async function* readFramePackets<H extends FrameHeader>(
  source: RandomAccess,
  format: FrameFormat<H>,
): AsyncGenerator<Uint8Array> {
  for await (const frames of readFrames(source, format)) {
    for (const { bytes } of frames) yield bytes;
  }
}

/** The first frame. Rejects with `audio_unreadable` when there is none. */
export async function readFirstFrame<H extends FrameHeader>(
  source: RandomAccess,
  format: FrameFormat<H>,
): Promise<Frame<H>> {
  for await (const [first] of readFrames(source, format)) if (first !== undefined) return first;
  throw unreadable(`The audio looks like ${format.name} but holds no whole frame.`);
}

/** The length of all frames together in seconds; undefined when it had to be given up. */
export function measureFrames<H extends FrameHeader>(
  source: RandomAccess,
  format: FrameFormat<H>,
): Promise<number | undefined> {
  return measureWithin(source.pacer, async () => {
    let seconds = 0;
    for await (const frames of readFrames(source, format)) {
      for (const { header } of frames) seconds += header.samples / header.sampleRate;
    }
    return seconds;
  });
}

/** True when most of the bytes are frames although they need not begin with one. */
export function areMostlyFrames<H extends FrameHeader>(
  bytes: Uint8Array,
  format: FrameFormat<H>,
): boolean {
  const { frames } = scanWindow({ bytes, start: 0, isLast: true }, format);
  const framed = frames.reduce((sum, frame) => sum + frame.header.sizeBytes, 0);
  return frames.length >= 3 && framed > bytes.length / 2;
}
