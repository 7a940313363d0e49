import type { AudioFile } from "@earshot/core";
import { unreadable } from "./audio-errors.ts";
import type { SampleBlock } from "./decoders/packet-decoder.ts";
import { decodeFlac, probeFlac } from "./flac/flac-file.ts";
import { decodeAdts, decodeMp3, probeAdts, probeMp3 } from "./frames/frame-files.ts";
import { areMostlyFrames } from "./frames/frame-stream.ts";
import { mp3Frames } from "./frames/mp3-frame.ts";
import { decodeMatroska, probeMatroska } from "./matroska/matroska-file.ts";
import { decodeMp4, probeMp4 } from "./mp4/mp4-file.ts";
import { decodeOgg, probeOgg } from "./ogg/ogg-file.ts";
import { openRandomAccess } from "./random-access.ts";
import type { RandomAccess } from "./random-access.ts";
import { mediaTypes, sniffMediaType } from "./sniff-media-type.ts";
import type { Container, MediaType } from "./sniff-media-type.ts";
import type { StreamDetails } from "./stream-details.ts";
import { decodeWave, probeWave } from "./wave-file.ts";

/** How the files of one container are measured and decoded. */
interface ContainerReader {
  readonly probe: (source: RandomAccess) => Promise<StreamDetails>;
  /** `wantedRate` in Hz is met by the decoders that can. */
  readonly decode: (source: RandomAccess, wantedRate: number) => AsyncIterable<SampleBlock>;
}

const wave: ContainerReader = { probe: probeWave, decode: decodeWave };
const mp4: ContainerReader = { probe: probeMp4, decode: decodeMp4 };
const matroska: ContainerReader = { probe: probeMatroska, decode: decodeMatroska };

/** Undefined for formats that are passed on as they are; only their names are known. */
const readers: Readonly<Record<Container, ContainerReader | undefined>> = {
  wav: wave,
  w64: wave,
  mp3: { probe: probeMp3, decode: decodeMp3 },
  mp4,
  mov: mp4,
  flac: { probe: probeFlac, decode: decodeFlac },
  ogg: { probe: probeOgg, decode: decodeOgg },
  webm: matroska,
  matroska,
  adts: { probe: probeAdts, decode: decodeAdts },
  amr: undefined,
  aiff: undefined,
  caf: undefined,
  au: undefined,
  asf: undefined,
};

/** Enough to be sure of MP3 that begins in the middle of a frame, as recorded radio does. */
const HEAD_BYTES = 64 * 1024;

async function recogniseAudio(source: RandomAccess): Promise<MediaType> {
  if (source.sizeBytes === 0) throw unreadable("The audio file is empty.");
  const head = await source.read(0, HEAD_BYTES);
  const type =
    sniffMediaType(head) ?? (areMostlyFrames(head, mp3Frames) ? mediaTypes.mp3 : undefined);
  if (type !== undefined) return type;
  throw unreadable("The file is no audio of a known format (WAV, MP3, MP4, FLAC, Ogg, WebM, AAC).");
}

/** Audio whose format is known, and the reader of that format if there is one. */
export interface OpenAudio {
  readonly source: RandomAccess;
  readonly type: MediaType;
  readonly reader: ContainerReader | undefined;
}

/** Recognises audio by its beginning. Rejects with `audio_unreadable` for everything else. */
export async function openAudio(
  file: AudioFile,
  signal: AbortSignal | undefined,
): Promise<OpenAudio> {
  const source = await openRandomAccess(file, signal);
  const type = await recogniseAudio(source);
  return { source, type, reader: readers[type.container] };
}
