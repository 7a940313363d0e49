import { unreadable } from "../audio-errors.ts";
import { hasText, uint32At, viewOf } from "../byte-fields.ts";
import type { Pacer } from "../pacer.ts";
import { findBox, readBoxes } from "./mp4-boxes.ts";
import { readSoundEntry } from "./mp4-sound-entry.ts";
import type { SoundEntry } from "./mp4-sound-entry.ts";

/** The first sound track of a file, as its `moov` box describes it. */
export interface Mp4Track {
  readonly id: number;
  readonly sound: SoundEntry;
  /** Units of time in a second. */
  readonly timescale: number;
  /** What is to be left out at the beginning, in units of `timescale`. */
  readonly startTicks: number;
  /** How much is to be heard, by the edit list; undefined when that does not tell. */
  readonly editedSeconds: number | undefined;
  /** The `stbl` box with the places of the packets. */
  readonly sampleTable: Uint8Array;
  /** The `trex` box with what fragments leave out; undefined in files without fragments. */
  readonly fragmentDefaults: Uint8Array | undefined;
}

interface Edits {
  readonly startTicks: number;
  /** In units of the whole file's timescale. */
  readonly durationTicks: number;
}

const SOUND_HANDLER_OFFSET = 8;
const EMPTY_EDIT = -1;
/** No program writes more. */
const MOST_EDITS = 2 ** 16;

/** True for the version of a box in which times take 8 bytes. */
const isLong = (box: Uint8Array): boolean => box[0] === 1;

/** @see ISO/IEC 14496-12, 8.6.6 */
function readEdits(box: Uint8Array | undefined): Edits {
  const edits = { startTicks: 0, durationTicks: 0 };
  if (box === undefined || box.length < 8) return edits;
  const view = viewOf(box);
  const entryBytes = isLong(box) ? 20 : 12;
  const held = Math.floor((box.length - 8) / entryBytes);
  const count = Math.min(uint32At(box, 4), held, MOST_EDITS);
  let startTicks: number | undefined;
  for (let index = 0; index < count; index++) {
    const offset = 8 + index * entryBytes;
    const duration = isLong(box) ? Number(view.getBigUint64(offset)) : view.getUint32(offset);
    const start = isLong(box) ? Number(view.getBigInt64(offset + 8)) : view.getInt32(offset + 4);
    if (start === EMPTY_EDIT) continue;
    startTicks ??= start;
    edits.durationTicks += duration;
  }
  return { ...edits, startTicks: Math.max(0, startTicks ?? 0) };
}

/** What stands behind the times of a box: the timescale in `mvhd` and `mdhd`, the id in `tkhd`. */
const fieldBehindTimes = (box: Uint8Array | undefined): number =>
  box === undefined ? 0 : uint32At(box, isLong(box) ? 20 : 12);

function findDefaults(moov: Uint8Array, id: number): Uint8Array | undefined {
  for (const { type, content } of readBoxes(findBox(moov, "mvex") ?? new Uint8Array())) {
    if (type === "trex" && uint32At(content, 4) === id) return content;
  }
  return undefined;
}

function readTrack(moov: Uint8Array, trak: Uint8Array): Mp4Track | undefined {
  const handler = findBox(trak, "mdia", "hdlr");
  if (handler === undefined || !hasText(handler, SOUND_HANDLER_OFFSET, "soun")) return undefined;
  const sampleTable = findBox(trak, "mdia", "minf", "stbl");
  const stsd = sampleTable === undefined ? undefined : findBox(sampleTable, "stsd");
  const sound = stsd === undefined ? undefined : readSoundEntry(stsd);
  const timescale = fieldBehindTimes(findBox(trak, "mdia", "mdhd"));
  if (sampleTable === undefined || sound === undefined || timescale === 0) {
    throw unreadable("The MP4 file is damaged: its sound track cannot be followed.");
  }
  const id = fieldBehindTimes(findBox(trak, "tkhd"));
  const { startTicks, durationTicks } = readEdits(findBox(trak, "edts", "elst"));
  const movieScale = fieldBehindTimes(findBox(moov, "mvhd"));
  const editedSeconds =
    durationTicks > 0 && movieScale > 0 ? durationTicks / movieScale : undefined;
  const fragmentDefaults = findDefaults(moov, id);
  return { id, sound, timescale, startTicks, editedSeconds, sampleTable, fragmentDefaults };
}

/** A track is looked through for some ten boxes. */
const TRACK_STEPS = 64;

/** Finds the first sound track in the content of `moov`. Rejects with `audio_unreadable` without one. */
export async function findSoundTrack(moov: Uint8Array, pacer: Pacer): Promise<Mp4Track> {
  for (const { type, content } of readBoxes(moov)) {
    pacer.step(type === "trak" ? TRACK_STEPS : 1);
    if (pacer.isDue()) await pacer.giveWay();
    const track = type === "trak" ? readTrack(moov, content) : undefined;
    if (track !== undefined) return track;
  }
  throw unreadable("The MP4 file holds no audio track.");
}
