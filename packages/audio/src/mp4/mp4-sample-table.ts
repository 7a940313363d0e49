import { unreadable } from "../audio-errors.ts";
import { uint32At } from "../byte-fields.ts";
import { findBox } from "./mp4-boxes.ts";

/** Packets that lie one behind the other in the file. */
export interface SampleRun {
  /** Where the first one begins. */
  readonly start: number;
  readonly sizes: readonly number[];
  /** How long each of them lasts, in units of the track's timescale. */
  readonly ticks: readonly number[];
}

/** A list of entries of one size, as far as the box really holds them. */
interface Table {
  readonly count: number;
  /** One 32-bit field of an entry. */
  field(index: number, place: number): number;
}

/** Packets that are given out at a time, so that other work can have its turn in between. */
export const LONGEST_RUN = 1024;
const WORD = 4;

function tableOf(box: Uint8Array | undefined, words: number, start = 8): Table {
  const bytes = box ?? new Uint8Array();
  const held = Math.max(0, Math.floor((bytes.length - start) / (words * WORD)));
  return {
    count: Math.min(uint32At(bytes, start - WORD), held),
    field: (index, place) => uint32At(bytes, start + (index * words + place) * WORD),
  };
}

/** The places of the chunks in the file, by the box for short or for long files. */
function readChunkStarts(stbl: Uint8Array): { count: number; startOf(index: number): number } {
  const long = tableOf(findBox(stbl, "co64"), 2);
  const short = tableOf(findBox(stbl, "stco"), 1);
  if (long.count === 0) return { count: short.count, startOf: (index) => short.field(index, 0) };
  return {
    count: long.count,
    startOf: (index) => long.field(index, 0) * 2 ** 32 + long.field(index, 1),
  };
}

/** The sizes of the packets: one for all, or a list. */
function readSizes(stbl: Uint8Array): { count: number; sizeOf(index: number): number } {
  const box = findBox(stbl, "stsz") ?? new Uint8Array();
  const uniform = uint32At(box, 4);
  if (uniform > 0) return { count: uint32At(box, 8), sizeOf: () => uniform };
  const table = tableOf(box, 1, 12);
  return { count: table.count, sizeOf: (index) => table.field(index, 0) };
}

/** Entries that say nothing; a real table has none. */
const MOST_EMPTY_ENTRIES = 2 ** 16;

/** Counts entries that say nothing; throws `audio_unreadable` when they are too many. */
function createEmptyCounter(): () => void {
  let count = 0;
  return () => {
    if (++count > MOST_EMPTY_ENTRIES)
      throw unreadable("The MP4 file is damaged: its index is made of empty entries.");
  };
}

/** Walks through a list of runs (`count`, `value`): the value that applies to each next packet. */
function createRunReader(table: Table): () => number {
  const noteEmpty = createEmptyCounter();
  let index = -1;
  let remaining = 0;
  return () => {
    while (remaining === 0 && index + 1 < table.count) {
      remaining = table.field(++index, 0);
      if (remaining === 0) noteEmpty();
    }
    remaining--;
    return index < 0 ? 0 : table.field(index, 1);
  };
}

/** How many packets each chunk holds, told at every change. */
function createChunkReader(stbl: Uint8Array): (chunk: number) => number {
  const table = tableOf(findBox(stbl, "stsc"), 3);
  const noteEmpty = createEmptyCounter();
  let index = 0;
  let reached = -1;
  return (chunk) => {
    while (index + 1 < table.count && table.field(index + 1, 0) <= chunk + 1) {
      index++;
      if (reached === chunk) noteEmpty();
      reached = chunk;
    }
    return table.count === 0 ? 0 : table.field(index, 1);
  };
}

export interface SampleTableOptions {
  /** The `stbl` box. */
  readonly sampleTable: Uint8Array;
  /** Nothing behind this place is looked for. */
  readonly fileBytes: number;
  /** Bytes of one sample of all channels of uncompressed sound, whose stated sizes are no use. */
  readonly frameBytes: number | undefined;
}

/**
 * The packets of a file without fragments, chunk by chunk, as far as they lie within the file.
 * @see ISO/IEC 14496-12, 8.6 and 8.7
 */
export function* readSampleTable(options: SampleTableOptions): Generator<SampleRun> {
  const { sampleTable, fileBytes, frameBytes } = options;
  const chunks = readChunkStarts(sampleTable);
  const { count, sizeOf } = readSizes(sampleTable);
  const packetsOf = createChunkReader(sampleTable);
  const nextTicks = createRunReader(tableOf(findBox(sampleTable, "stts"), 2));
  let sample = 0;
  for (let chunk = 0; chunk < chunks.count && sample < count; chunk++) {
    let place = chunks.startOf(chunk);
    const end = Math.min(count, sample + packetsOf(chunk));
    do {
      const start = place;
      const sizes: number[] = [];
      const ticks: number[] = [];
      while (sample < end && sizes.length < LONGEST_RUN && place < fileBytes) {
        const size = frameBytes ?? sizeOf(sample);
        sizes.push(size);
        ticks.push(nextTicks());
        place += size;
        sample++;
      }
      // Also yielded when empty, so that whoever reads a hostile table can take a breath.
      yield { start, sizes, ticks };
    } while (sample < end && place < fileBytes);
    sample = end;
  }
}
