import type * as mediabunny from "mediabunny";
import type { Input, InputAudioTrack, InputFormat } from "mediabunny";
import { unreadable } from "./audio-errors.ts";
import type { RandomAccess } from "./files/random-access.ts";
import type { Container } from "./media-types.ts";

/** The containers that mediabunny takes apart for us. */
export type DemuxedContainer = Extract<Container, "mp4" | "mov" | "flac">;

/** An opened container; whoever opened it disposes of `input` in every ending. */
export interface MediaInput {
  readonly input: Input;
  /** The audio that a player would choose. */
  readonly track: InputAudioTrack;
}

type Mediabunny = typeof mediabunny;

const CACHE_BYTES = 2 * 2 ** 20;
/** A sound file is read once or twice; a hostile one sends the parser round in circles. */
const READ_BUDGET_FACTOR = 8;
const READ_BUDGET_BYTES = 64 * 2 ** 20;

/** Never all formats: bytes that look like a playlist must not make it fetch other files. */
const formatsOf = (library: Mediabunny): Readonly<Record<DemuxedContainer, InputFormat[]>> => ({
  mp4: [library.MP4, library.QTFF],
  mov: [library.MP4, library.QTFF],
  flac: [library.FLAC],
});

function createBudgetedRead(source: RandomAccess): RandomAccess["read"] {
  let budget = source.sizeBytes * READ_BUDGET_FACTOR + READ_BUDGET_BYTES;
  return async (start, end) => {
    budget -= end - start;
    if (budget < 0) throw unreadable("The audio is damaged: its index leads round in circles.");
    return source.read(start, end);
  };
}

async function loadMediabunny(): Promise<Mediabunny> {
  const library = await import("mediabunny");
  // It would print what it stumbles over; our callers get an error instead.
  library.Logging.level = library.LogLevel.Silent;
  return library;
}

/** Opens a container. Throws `audio_unreadable` when it holds no audio. */
export async function openMediaInput(
  source: RandomAccess,
  container: DemuxedContainer,
): Promise<MediaInput> {
  const library = await loadMediabunny();
  const input = new library.Input({
    formats: formatsOf(library)[container],
    source: new library.CustomSource({
      getSize: () => source.sizeBytes,
      read: createBudgetedRead(source),
      maxCacheSize: CACHE_BYTES,
      prefetchProfile: "fileSystem",
      handleUnhandledError: () => {},
    }),
  });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (track === null)
      throw unreadable(`The ${container} file holds no audio track, or is cut off.`);
    return { input, track };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/**
 * The encoded packets of a track in order. Asked for one at a time: the library's own iterator reads
 * ahead by as many as were consumed in the last second, which is thousands here.
 */
export async function* readPackets(
  track: InputAudioTrack,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { EncodedPacketSink } = await loadMediabunny();
  const sink = new EncodedPacketSink(track);
  let packet = await sink.getFirstPacket();
  while (packet !== null) {
    yield packet.data;
    packet = await sink.getNextPacket(packet);
  }
}
