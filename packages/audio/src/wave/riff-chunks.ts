import { unreadable } from "../audio-errors.ts";
import { hasText, viewOf } from "../byte-fields.ts";
import type { RandomAccess } from "../files/random-access.ts";

/** One part of a RIFF file; `sizeBytes` is what its header says, which may be a lie. */
export interface RiffChunk {
  readonly id: string;
  /** Where the content begins in the file. */
  readonly start: number;
  readonly sizeBytes: number;
}

interface Layout {
  readonly firstChunk: number;
  readonly headerBytes: number;
  readonly alignment: number;
  /** The size of the content. */
  sizeOf(header: DataView): number;
}

const riff: Layout = {
  firstChunk: 12,
  headerBytes: 8,
  alignment: 2,
  sizeOf: (header) => header.getUint32(4, true),
};

/** Sony Wave64: the names are GUIDs that begin with RIFF's, the sizes include the header. */
const wave64: Layout = {
  firstChunk: 40,
  headerBytes: 24,
  alignment: 8,
  sizeOf: (header) => Math.max(0, Number(header.getBigUint64(16, true)) - 24),
};

/** No real file has more; a hostile one could have millions. */
const MOST_CHUNKS = 1000;

/**
 * Reads the headers of the chunks of a WAV, RF64 or Wave64 file in order.
 * @see https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
 */
export async function* readRiffChunks(
  source: RandomAccess,
): AsyncGenerator<RiffChunk, void, undefined> {
  const mark = await source.read(0, 4);
  const layout = hasText(mark, 0, "riff") ? wave64 : riff;
  let position = layout.firstChunk;
  for (let count = 0; position + layout.headerBytes <= source.sizeBytes; count++) {
    if (count === MOST_CHUNKS) throw unreadable("The WAV file has too many chunks.");
    source.pacer.step();
    if (source.pacer.isDue()) await source.pacer.giveWay();
    const header = await source.read(position, position + layout.headerBytes);
    const start = position + layout.headerBytes;
    const sizeBytes = layout.sizeOf(viewOf(header));
    yield { id: String.fromCharCode(...header.subarray(0, 4)), start, sizeBytes };
    position = start + Math.ceil(sizeBytes / layout.alignment) * layout.alignment;
  }
}
