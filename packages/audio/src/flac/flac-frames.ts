import type { Pacer } from "../pacer.ts";
import type { RandomAccess } from "../random-access.ts";
import { FLAC_HEADER_BYTES, isFlacSync, parseFlacFrameHeader } from "./flac-frame-header.ts";
import type { FlacFrameHeader } from "./flac-frame-header.ts";
import type { FlacFile, FlacInfo } from "./flac-info.ts";

const WINDOW_BYTES = 128 * 1024;
/** More than the longest frame: 65535 samples of 8 channels in 32 bits. */
const LONGEST_FRAME_BYTES = 3 * 2 ** 20;
const SYNC_BYTE = 0xff;
/** Damaged frames that may lie between two that belong together. */
const LONGEST_GAP_FRAMES = 64;

interface Found {
  readonly offset: number;
  readonly header: FlacFrameHeader;
}

/** The sample that a frame begins with. */
export const firstSampleOf = (header: FlacFrameHeader, info: FlacInfo): number =>
  header.countsSamples ? header.number : header.number * info.blockSize;

/** False for the patterns in sound that look like a header by chance. */
export function isOfStream(header: FlacFrameHeader, info: FlacInfo): boolean {
  const rate = header.sampleRate ?? info.sampleRate;
  return rate === info.sampleRate && header.channels === info.channels;
}

function follows(next: FlacFrameHeader, previous: FlacFrameHeader): boolean {
  const step = previous.countsSamples ? previous.samples : 1;
  const distance = next.number - previous.number;
  const isNear = distance >= step && distance <= step * LONGEST_GAP_FRAMES;
  return next.countsSamples === previous.countsSamples && isNear;
}

/** Bytes to be searched; behind the last ones of a file no header can go on. */
export interface FlacWindow {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Searches windows for headers that pass a test. */
export interface FlacSearch {
  readonly accept: (header: FlacFrameHeader) => boolean;
  readonly pacer: Pacer;
}

/** The clock is looked at after so many places that are none. */
const MISSES_PER_LOOK = 64;

/** The first header from an offset on that passes the test. */
export async function findFlacFrame(
  { bytes, isLast }: FlacWindow,
  from: number,
  { accept, pacer }: FlacSearch,
): Promise<Found | undefined> {
  const end = isLast ? bytes.length : bytes.length - FLAC_HEADER_BYTES;
  let offset = bytes.indexOf(SYNC_BYTE, from);
  for (let misses = 1; offset >= 0 && offset < end; misses++) {
    const header = parseFlacFrameHeader(bytes, offset);
    if (header !== undefined && accept(header)) return { offset, header };
    // A byte alone is no step: sound has long runs of it.
    if (isFlacSync(bytes, offset)) pacer.step();
    if (misses % MISSES_PER_LOOK === 0 && pacer.isDue()) await pacer.giveWay();
    offset = bytes.indexOf(SYNC_BYTE, offset + 1);
  }
  return undefined;
}

/** Divides a stream into frames, window by window. */
interface Splitter {
  /** The frames that end in a window, and where in it the next window has to begin. */
  split(window: FlacWindow): Promise<{ frames: readonly Uint8Array[]; next: number }>;
  /** Gives the current frame up, so that the next window may begin anywhere. */
  reset(): void;
}

function createSplitter(info: FlacInfo, pacer: Pacer): Splitter {
  let current: FlacFrameHeader | undefined;
  const accept = (header: FlacFrameHeader): boolean =>
    isOfStream(header, info) && (current === undefined || follows(header, current));
  const search = { accept, pacer };

  return {
    reset: () => {
      current = undefined;
    },
    split: async (window) => {
      const { bytes, isLast } = window;
      const frames: Uint8Array[] = [];
      let start = 0;
      let found = await findFlacFrame(window, current === undefined ? 0 : 1, search);
      while (found !== undefined) {
        if (current !== undefined) frames.push(bytes.subarray(start, found.offset));
        ({ offset: start, header: current } = found);
        found = await findFlacFrame(window, start + 1, search);
      }
      if (isLast && current !== undefined) frames.push(bytes.subarray(start));
      return { frames, next: current === undefined ? bytes.length - FLAC_HEADER_BYTES : start };
    },
  };
}

/** Reads the frames of a FLAC file: each reaches up to the header of the next one. */
export async function* readFlacFrames(
  source: RandomAccess,
  { info, firstFrame }: FlacFile,
): AsyncGenerator<Uint8Array> {
  const { pacer } = source;
  const splitter = createSplitter(info, pacer);
  let start = firstFrame;
  let windowBytes = WINDOW_BYTES;
  for (;;) {
    const bytes = await source.read(start, start + windowBytes);
    const isLast = start + bytes.length >= source.sizeBytes;
    const { frames, next } = await splitter.split({ bytes, isLast });
    yield* frames;
    if (isLast) return;
    const isUnfinished = next === 0;
    const isHopeless = isUnfinished && windowBytes > LONGEST_FRAME_BYTES;
    if (isHopeless) splitter.reset();
    start += isHopeless ? bytes.length - FLAC_HEADER_BYTES : next;
    windowBytes = isUnfinished && !isHopeless ? windowBytes * 2 : WINDOW_BYTES;
    if (pacer.isDue()) await pacer.giveWay();
  }
}
