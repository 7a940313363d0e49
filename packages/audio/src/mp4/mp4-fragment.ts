import { uint32At, viewOf } from "../byte-fields.ts";
import { readBoxes } from "./mp4-boxes.ts";
import { LONGEST_RUN } from "./mp4-sample-table.ts";
import type { SampleRun } from "./mp4-sample-table.ts";
import type { Mp4Track } from "./mp4-track.ts";

/** One `moof` box. */
export interface Fragment {
  /** Nothing behind this place is looked for. */
  readonly fileBytes: number;
  readonly content: Uint8Array;
  /** Where the box begins in the file. */
  readonly position: number;
}

interface Defaults {
  readonly base: number;
  readonly ticks: number;
  readonly size: number;
}

const HEAD_FLAG = { base: 0x1, description: 0x2, ticks: 0x8, size: 0x10 } as const;
const RUN_FLAG = {
  offset: 0x1,
  firstFlags: 0x4,
  ticks: 0x100,
  size: 0x200,
  flags: 0x400,
  shift: 0x800,
} as const;
const WORD = 4;
/** In a box that has no fields for its packets, their number is not bounded by its size. */
const MOST_PACKETS = 2 ** 20;
const NO_PACKETS: SampleRun = { start: 0, sizes: [], ticks: [] };

const flagsOf = (box: Uint8Array): number => uint32At(box, 0) & 0xff_ffff;

/** The next field when its flag is set, otherwise what stands for a missing one. */
type FieldReader = (flag: number, missing: number) => number;

/** Reads optional 32-bit fields one after the other. */
function createFieldReader(box: Uint8Array, start: number, flags: number): FieldReader {
  let offset = start;
  return (flag: number, missing: number): number => {
    if ((flags & flag) === 0) return missing;
    offset += WORD;
    return uint32At(box, offset - WORD);
  };
}

/** @see ISO/IEC 14496-12, 8.8.7 */
function readDefaults(tfhd: Uint8Array, track: Mp4Track, position: number): Defaults {
  const flags = flagsOf(tfhd);
  const trex = track.fragmentDefaults ?? new Uint8Array();
  const hasBase = (flags & HEAD_FLAG.base) !== 0 && tfhd.length >= 16;
  const base = hasBase ? Number(viewOf(tfhd).getBigUint64(8)) : position;
  const field = createFieldReader(tfhd, hasBase ? 16 : 8, flags);
  field(HEAD_FLAG.description, 0);
  const ticks = field(HEAD_FLAG.ticks, uint32At(trex, 12));
  const size = field(HEAD_FLAG.size, uint32At(trex, 16));
  return { base, ticks, size };
}

interface RunShape {
  /** Where the first packet's fields begin in the box. */
  readonly fieldsStart: number;
  readonly fieldBytes: number;
  readonly count: number;
}

function shapeOf(trun: Uint8Array, flags: number): RunShape {
  const wordsOf = (...fields: readonly number[]): number =>
    fields.filter((flag) => (flags & flag) !== 0).length;
  const fieldsStart = (2 + wordsOf(RUN_FLAG.offset, RUN_FLAG.firstFlags)) * WORD;
  const fieldBytes = wordsOf(RUN_FLAG.ticks, RUN_FLAG.size, RUN_FLAG.flags, RUN_FLAG.shift) * WORD;
  const held = fieldBytes === 0 ? MOST_PACKETS : (trun.length - fieldsStart) / fieldBytes;
  const count = Math.max(0, Math.min(uint32At(trun, 4), Math.floor(held)));
  return { fieldsStart, fieldBytes, count };
}

/**
 * The packets of a `trun` box, some at a time; `follows` is where they begin if it does not tell.
 * @see ISO/IEC 14496-12, 8.8.8
 */
function* readRun(
  trun: Uint8Array,
  defaults: Defaults,
  { follows, fileBytes }: { readonly follows: number; readonly fileBytes: number },
): Generator<SampleRun> {
  const flags = flagsOf(trun);
  const { fieldsStart, fieldBytes, count } = shapeOf(trun, flags);
  // The offset is signed.
  let start = (flags & RUN_FLAG.offset) === 0 ? follows : defaults.base + (uint32At(trun, 8) | 0);
  let sizes: number[] = [];
  let ticks: number[] = [];
  for (let index = 0; index < count && start < fileBytes; index++) {
    const field = createFieldReader(trun, fieldsStart + index * fieldBytes, flags);
    ticks.push(field(RUN_FLAG.ticks, defaults.ticks));
    sizes.push(field(RUN_FLAG.size, defaults.size));
    if (sizes.length < LONGEST_RUN && index + 1 < count) continue;
    yield { start, sizes, ticks };
    start += sizes.reduce((sum, size) => sum + size, 0);
    sizes = [];
    ticks = [];
  }
}

const endOf = ({ start, sizes }: SampleRun): number =>
  sizes.reduce((sum, size) => sum + size, start);

/** The packets of one track in a fragment. */
export function* readFragment(
  { content, position, fileBytes }: Fragment,
  track: Mp4Track,
): Generator<SampleRun> {
  for (const traf of readBoxes(content)) {
    // Empty ones let whoever reads a hostile fragment take a breath.
    yield NO_PACKETS;
    if (traf.type !== "traf") continue;
    let defaults: Defaults | undefined;
    let follows = 0;
    for (const box of readBoxes(traf.content)) {
      if (box.type === "tfhd" && uint32At(box.content, 4) === track.id) {
        defaults = readDefaults(box.content, track, position);
        follows = defaults.base;
      }
      if (box.type !== "trun" || defaults === undefined) continue;
      yield NO_PACKETS;
      for (const run of readRun(box.content, defaults, { follows, fileBytes })) {
        yield run;
        follows = endOf(run);
      }
    }
  }
}
