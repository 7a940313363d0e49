import { uint32At } from "../byte-fields.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { id3SizeBytes } from "../id3-tag.ts";
import { createPacer } from "../pacer.ts";
import { MP3_HEADER_BYTES, parseMp3FrameHeader } from "./mp3-frame-header.ts";
import type { Mp3FrameHeader } from "./mp3-frame-header.ts";

export interface Mp3Frame {
  readonly header: Mp3FrameHeader;
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
/** MPEG 2.5, Layer II, 160 kbit/s, 8 kHz, and the header behind it. */
const LONGEST_FRAME_BYTES = 2881 + MP3_HEADER_BYTES;

/** The frame that begins at an offset; undefined when none does or when it is cut off. */
function frameAt({ bytes, start }: Window, offset: number): Mp3Frame | undefined {
  const header = parseMp3FrameHeader(uint32At(bytes, offset));
  if (header === undefined || offset + header.sizeBytes > bytes.length) return undefined;
  return {
    header,
    bytes: bytes.subarray(offset, offset + header.sizeBytes),
    position: start + offset,
  };
}

/** True when a frame of the same stream or the end of the audio follows: junk seldom has that. */
function isConfirmed({ bytes, start }: Window, { header, position }: Mp3Frame): boolean {
  const next = position - start + header.sizeBytes;
  if (next + MP3_HEADER_BYTES > bytes.length) return true;
  const following = parseMp3FrameHeader(uint32At(bytes, next));
  return following?.sampleRate === header.sampleRate && following.layer === header.layer;
}

/** All frames that begin in a window, and where the next window has to begin. */
function scanWindow(window: Window): { frames: readonly Mp3Frame[]; next: number } {
  const frames: Mp3Frame[] = [];
  const { bytes } = window;
  const end = window.isLast ? bytes.length : bytes.length - LONGEST_FRAME_BYTES;
  let offset = 0;
  let isInStep = false;
  while (offset < end) {
    const frame = frameAt(window, offset);
    isInStep = frame !== undefined && (isInStep || isConfirmed(window, frame));
    if (frame !== undefined && isInStep) {
      frames.push(frame);
      offset += frame.header.sizeBytes;
    } else {
      offset += Math.max(1, id3SizeBytes(bytes, offset));
    }
  }
  return { frames, next: window.start + offset };
}

/** Finds the frames of an MP3 file in order, some hundred at a time; skips whatever is no frame. */
export async function* readMp3Frames(
  source: RandomAccess,
): AsyncGenerator<readonly Mp3Frame[], void, undefined> {
  const pace = createPacer();
  let start = 0;
  while (start < source.sizeBytes) {
    const bytes = await source.read(start, start + WINDOW_BYTES);
    const isLast = start + bytes.length >= source.sizeBytes;
    const { frames, next } = scanWindow({ bytes, start, isLast });
    if (frames.length > 0) yield frames;
    start = next;
    await pace();
  }
}

/** True when most of the bytes are MP3 frames although the first ones are not. */
export function looksLikeMp3(bytes: Uint8Array): boolean {
  const { frames } = scanWindow({ bytes, start: 0, isLast: true });
  const framed = frames.reduce((sum, frame) => sum + frame.header.sizeBytes, 0);
  return frames.length >= 3 && framed > bytes.length / 2;
}
