import { unreadable } from "../audio-errors.ts";
import { pcmFormatOf, pcmFrameBytes } from "../decode-pcm.ts";
import { decodeTrack } from "../decoders/decode-track.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import { measureWithin } from "../pacer.ts";
import type { RandomAccess } from "../random-access.ts";
import type { StreamDetails } from "../stream-details.ts";
import { readFileBoxes } from "./mp4-boxes.ts";
import type { Mp4FileBox } from "./mp4-boxes.ts";
import { readFragment } from "./mp4-fragment.ts";
import { readSampleTable } from "./mp4-sample-table.ts";
import type { SampleRun } from "./mp4-sample-table.ts";
import { findSoundTrack } from "./mp4-track.ts";
import type { Mp4Track } from "./mp4-track.ts";

/** The index of a day of sound takes less. */
const LONGEST_BOX_BYTES = 64 * 2 ** 20;
/** A thousand packets of any codec take less. */
const LONGEST_RUN_BYTES = 64 * 2 ** 20;
/** Every byte of a sound file is read once. */
const READ_BUDGET_FACTOR = 2;
const CIRCLES = "The MP4 file is damaged: its index leads round in circles.";

async function readContent(source: RandomAccess, box: Mp4FileBox): Promise<Uint8Array> {
  if (box.end - box.contentStart > LONGEST_BOX_BYTES) {
    throw unreadable("The MP4 file is damaged: its index is too long.");
  }
  if (box.end > source.sizeBytes) throw unreadable("The MP4 file is cut off within its index.");
  return source.read(box.contentStart, box.end);
}

/** Reads the description of the first sound track. Throws `audio_unreadable` without one. */
async function readMp4Track(source: RandomAccess): Promise<Mp4Track> {
  for await (const box of readFileBoxes(source)) {
    if (box.type === "moov") return findSoundTrack(await readContent(source, box), source.pacer);
  }
  throw unreadable("The MP4 file has no index: it is cut off, or was never finished.");
}

/** The packets that the index lists, then those of the fragments. */
async function* readSampleRuns(source: RandomAccess, track: Mp4Track): AsyncGenerator<SampleRun> {
  const { sampleTable, sound } = track;
  const pcm = pcmFormatOf(sound);
  const frameBytes = pcm === undefined ? undefined : pcmFrameBytes(pcm);
  const fileBytes = source.sizeBytes;
  yield* readSampleTable({ sampleTable, fileBytes, frameBytes });
  if (track.fragmentDefaults === undefined) return;
  for await (const box of readFileBoxes(source)) {
    if (box.type !== "moof" || box.end > source.sizeBytes) continue;
    const content = await readContent(source, box);
    yield* readFragment({ content, position: box.position, fileBytes }, track);
  }
}

/** Packets and how long they last together, as far as they lie within the file. */
interface Stretch {
  readonly run: SampleRun;
  readonly packets: number;
  readonly ticks: number;
  readonly bytes: number;
  /** Packets among them that hold nothing. */
  readonly empty: number;
}

/** The part of a run that the file really holds; the rest of a file that was cut off is left out. */
function clip(run: SampleRun, fileBytes: number): Stretch {
  let end = run.start;
  let bytes = 0;
  let packets = 0;
  let ticks = 0;
  let empty = 0;
  for (const [index, size] of run.sizes.entries()) {
    end += size;
    if (end > fileBytes || run.start < 0) break;
    packets++;
    if (size === 0) empty++;
    bytes += size;
    ticks += run.ticks[index] ?? 0;
  }
  return { run, packets, ticks, bytes, empty };
}

/** The packets of a track in order, as far as the file holds them. */
async function* readStretches(source: RandomAccess, track: Mp4Track): AsyncGenerator<Stretch> {
  const { pacer, sizeBytes } = source;
  let budget = sizeBytes * READ_BUDGET_FACTOR;
  for await (const run of readSampleRuns(source, track)) {
    const stretch = clip(run, sizeBytes);
    budget -= stretch.bytes;
    if (budget < 0) pacer.giveUp(CIRCLES);
    pacer.step(1 + stretch.empty);
    yield stretch;
    if (pacer.isDue()) await pacer.giveWay();
  }
}

/** How long the packets of a track last together, in seconds. */
async function measureMp4Packets(source: RandomAccess, track: Mp4Track): Promise<number> {
  let total = 0;
  for await (const { ticks } of readStretches(source, track)) total += ticks;
  return total / track.timescale;
}

/** Reads the packets of a track in order. */
async function* readMp4Packets(source: RandomAccess, track: Mp4Track): AsyncGenerator<Uint8Array> {
  const isPcm = pcmFormatOf(track.sound) !== undefined;
  for await (const { run, packets, bytes: total } of readStretches(source, track)) {
    if (total > LONGEST_RUN_BYTES)
      throw unreadable("The MP4 file is damaged: its packets are too long.");
    const bytes = await source.read(run.start, run.start + total);
    // Uncompressed samples need not be taken one by one.
    const sizes = isPcm ? [total] : run.sizes.slice(0, packets);
    let offset = 0;
    for (const size of sizes) {
      if (size > 0) yield bytes.subarray(offset, offset + size);
      offset += size;
    }
  }
}

/**
 * Measures MP4, M4A, MOV and 3GP by the packets that are really there, less what the edit list
 * leaves out.
 */
export async function probeMp4(source: RandomAccess): Promise<StreamDetails> {
  const track = await readMp4Track(source);
  const { sound, timescale, startTicks, editedSeconds = Infinity } = track;
  const seconds = await measureWithin(source.pacer, () => measureMp4Packets(source, track));
  const heard = seconds === undefined ? undefined : seconds - startTicks / timescale;
  return {
    codec: sound.codec,
    durationSeconds: heard === undefined ? heard : Math.max(0, Math.min(heard, editedSeconds)),
    sampleRate: sound.sampleRate > 0 ? sound.sampleRate : undefined,
    channels: sound.channels > 0 ? sound.channels : undefined,
  };
}

/** Decodes the first sound track of an MP4, M4A, MOV or 3GP file. */
export async function* decodeMp4(
  source: RandomAccess,
  wantedRate: number,
): AsyncGenerator<SampleBlock> {
  const track = await readMp4Track(source);
  const skipSeconds = track.startTicks / track.timescale;
  const coded = { ...track.sound, skipSeconds, wantedRate };
  yield* decodeTrack(readMp4Packets(source, track), coded, source.pacer);
}
