import { unreadable } from "../audio-errors.ts";
import { decodeTrack } from "../decoders/decode-track.ts";
import type { SampleBlock } from "../decoders/packet-decoder.ts";
import { measureWithin } from "../pacer.ts";
import type { RandomAccess } from "../random-access.ts";
import type { StreamDetails } from "../stream-details.ts";
import {
  EBML_HEAD_BYTES,
  ebmlFloat,
  ebmlUnsigned,
  readEbmlElements,
  readEbmlHead,
} from "./ebml.ts";
import {
  isBlock,
  MATROSKA_ID,
  readMatroskaBlock,
  readMatroskaElements,
} from "./matroska-elements.ts";
import { findAudioTrack } from "./matroska-track.ts";
import type { MatroskaTrack } from "./matroska-track.ts";

/** What stands in front of the packets. */
interface MatroskaHeader {
  readonly track: MatroskaTrack;
  /** As the file states it; undefined in live recordings and in files that were cut off. */
  readonly durationSeconds: number | undefined;
}

interface MatroskaPacket {
  readonly bytes: Uint8Array;
  readonly timestampSeconds: number;
}

const NANOSECONDS = 1e9;
const DEFAULT_SCALE = 1_000_000;
/** What is left out in front of every packet is a few bytes; a long one costs a copy for each. */
const PREFIX_BYTES_PER_STEP = 64;

interface Info {
  readonly secondsPerTick: number;
  readonly durationTicks: number;
}

function readInfo(content: Uint8Array): Info {
  let scale = DEFAULT_SCALE;
  let durationTicks = 0;
  for (const element of readEbmlElements(content)) {
    if (element.id === MATROSKA_ID.timestampScale) scale = ebmlUnsigned(element.content);
    if (element.id === MATROSKA_ID.duration) durationTicks = ebmlFloat(element.content);
  }
  return { secondsPerTick: scale / NANOSECONDS, durationTicks };
}

/** True when the file ends before the end that its outermost element states. */
async function isCutOff(source: RandomAccess): Promise<boolean> {
  let position = 0;
  for (const id of [MATROSKA_ID.ebml, MATROSKA_ID.segment]) {
    const head = readEbmlHead(await source.read(position, position + EBML_HEAD_BYTES), 0);
    if (head?.id !== id || head.sizeBytes === undefined) return false;
    const start = position + head.headBytes;
    if (start + head.sizeBytes > source.sizeBytes) return true;
    position = start + head.sizeBytes;
  }
  return false;
}

/** Reads up to the first cluster. Throws `audio_unreadable` when there is no audio track. */
async function readMatroskaHeader(source: RandomAccess): Promise<MatroskaHeader> {
  let info = readInfo(new Uint8Array());
  let track: MatroskaTrack | undefined;
  for await (const { id, content } of readMatroskaElements(source)) {
    if (id === MATROSKA_ID.info) info = readInfo(content);
    if (id === MATROSKA_ID.tracks) track = await findAudioTrack(content, source.pacer);
    // A live recording has its tracks in front; the description of the file may still follow them.
    if (id === MATROSKA_ID.timestamp) break;
  }
  if (track === undefined) throw unreadable("The WebM file holds no audio track, or is cut off.");
  const stated = info.durationTicks * info.secondsPerTick;
  const isTrue = stated > 0 && Number.isFinite(stated) && !(await isCutOff(source));
  return { track, durationSeconds: isTrue ? stated : undefined };
}

function withPrefix(prefix: Uint8Array, packet: Uint8Array): Uint8Array {
  return prefix.length === 0 ? packet : Buffer.concat([prefix, packet]);
}

/** Reads the packets of one track in order. */
async function* readMatroskaPackets(
  source: RandomAccess,
  track: MatroskaTrack,
): AsyncGenerator<MatroskaPacket> {
  let { secondsPerTick } = readInfo(new Uint8Array());
  let clusterTicks = 0;
  for await (const { id, content } of readMatroskaElements(source)) {
    if (id === MATROSKA_ID.info) ({ secondsPerTick } = readInfo(content));
    if (id === MATROSKA_ID.timestamp) clusterTicks = ebmlUnsigned(content);
    const block = isBlock({ id }) ? readMatroskaBlock(content) : undefined;
    const isHeard = block?.track === track.number && block.packets.length > 0;
    if (isBlock({ id }) && !isHeard) source.pacer.step();
    if (block === undefined || !isHeard) continue;
    const timestampSeconds = (clusterTicks + block.ticks) * secondsPerTick;
    for (const packet of block.packets) {
      source.pacer.step(Math.floor(track.packetPrefix.length / PREFIX_BYTES_PER_STEP));
      yield { bytes: withPrefix(track.packetPrefix, packet), timestampSeconds };
    }
  }
}

/** From the first packet to the last one, which is taken to be as long as the one before it. */
async function measure(source: RandomAccess, track: MatroskaTrack): Promise<number> {
  let first: number | undefined;
  let last = 0;
  let length = 0;
  for await (const { timestampSeconds } of readMatroskaPackets(source, track)) {
    first ??= timestampSeconds;
    if (timestampSeconds <= last) continue;
    length = timestampSeconds - last;
    last = timestampSeconds;
  }
  return first === undefined ? 0 : last + length - first;
}

/** Measures WebM and Matroska: by what the file states, otherwise by the times of all packets. */
export async function probeMatroska(source: RandomAccess): Promise<StreamDetails> {
  const { track, durationSeconds } = await readMatroskaHeader(source);
  return {
    codec: track.codec,
    durationSeconds:
      durationSeconds ?? (await measureWithin(source.pacer, () => measure(source, track))),
    sampleRate: track.sampleRate > 0 ? track.sampleRate : undefined,
    channels: track.channels > 0 ? track.channels : undefined,
  };
}

async function* packetsOf(source: RandomAccess, track: MatroskaTrack): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of readMatroskaPackets(source, track)) yield bytes;
}

/** Decodes the first audio track of a WebM or Matroska file. */
export async function* decodeMatroska(
  source: RandomAccess,
  wantedRate: number,
): AsyncGenerator<SampleBlock> {
  const { track } = await readMatroskaHeader(source);
  const coded = { ...track, skipSeconds: track.delaySeconds, wantedRate };
  yield* decodeTrack(packetsOf(source, track), coded, source.pacer);
}
