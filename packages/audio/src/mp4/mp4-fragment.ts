import { uint32At, viewOf } from "../byte-fields.ts";
import { readBoxes } from "./mp4-boxes.ts";
import type { SampleRun } from "./mp4-sample-table.ts";
import type { Mp4Track } from "./mp4-track.ts";

/** One `moof` box. */
export interface Fragment {
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
const MOST_PACKETS = 2 ** 20;

const flagsOf = (box: Uint8Array): number => uint32At(box, 0) & 0xff_ffff;

/** Reads optional 32-bit fields one after the other. */
function createFieldReader(box: Uint8Array, start: number, flags: number) {
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

/** @see ISO/IEC 14496-12, 8.8.8 */
function readRun(trun: Uint8Array, defaults: Defaults, follows: number): SampleRun {
  const flags = flagsOf(trun);
  const head = createFieldReader(trun, 8, flags);
  const offset = head(RUN_FLAG.offset, -1);
  head(RUN_FLAG.firstFlags, 0);
  const headWords =
    2 + [RUN_FLAG.offset, RUN_FLAG.firstFlags].filter((flag) => flags & flag).length;
  const perPacket = [RUN_FLAG.ticks, RUN_FLAG.size, RUN_FLAG.flags, RUN_FLAG.shift];
  const words = perPacket.filter((flag) => flags & flag).length;
  const held = words === 0 ? MOST_PACKETS : (trun.length / WORD - headWords) / words;
  const count = Math.max(0, Math.min(uint32At(trun, 4), Math.floor(held), MOST_PACKETS));
  const sizes: number[] = [];
  const ticks: number[] = [];
  for (let index = 0; index < count; index++) {
    const field = createFieldReader(trun, (headWords + index * words) * WORD, flags);
    ticks.push(field(RUN_FLAG.ticks, defaults.ticks));
    sizes.push(field(RUN_FLAG.size, defaults.size));
  }
  // The offset is signed.
  return { start: offset === -1 ? follows : defaults.base + (offset | 0), sizes, ticks };
}

const endOf = ({ start, sizes }: SampleRun): number =>
  sizes.reduce((sum, size) => sum + size, start);

/** The packets of one track in a fragment. */
export function* readFragment(
  { content, position }: Fragment,
  track: Mp4Track,
): Generator<SampleRun, void, undefined> {
  for (const traf of readBoxes(content)) {
    if (traf.type !== "traf") continue;
    let defaults: Defaults | undefined;
    let follows = 0;
    for (const box of readBoxes(traf.content)) {
      if (box.type === "tfhd" && uint32At(box.content, 4) === track.id) {
        defaults = readDefaults(box.content, track, position);
        follows = defaults.base;
      }
      if (box.type !== "trun" || defaults === undefined) continue;
      const run = readRun(box.content, defaults, follows);
      follows = endOf(run);
      yield run;
    }
  }
}
