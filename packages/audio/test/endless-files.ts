import type { SampleBlock } from "../src/decoders/packet-decoder.ts";
import { decodeFlac, probeFlac } from "../src/flac/flac-file.ts";
import { decodeAdts, decodeMp3, probeAdts, probeMp3 } from "../src/frames/frame-files.ts";
import { decodeMatroska, probeMatroska } from "../src/matroska/matroska-file.ts";
import { decodeMp4, probeMp4 } from "../src/mp4/mp4-file.ts";
import { decodeOgg, probeOgg } from "../src/ogg/ogg-file.ts";
import type { RandomAccess } from "../src/random-access.ts";
import type { StreamDetails } from "../src/stream-details.ts";
import { decodeWave, probeWave } from "../src/wave-file.ts";

/** A file that repeats one piece of structure again and again. */
export interface EndlessFile {
  readonly name: string;
  readonly of: (count: number) => Uint8Array;
  readonly probe: (source: RandomAccess) => Promise<StreamDetails>;
  readonly decode: (source: RandomAccess) => AsyncIterable<SampleBlock>;
}

type Readers = Pick<EndlessFile, "probe" | "decode">;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const times = (count: number, piece: Uint8Array): Uint8Array =>
  Buffer.alloc(count * piece.length, piece);
const words = (...values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};

const box = (type: string, ...content: readonly Uint8Array[]): Uint8Array => {
  const body = joined(...content);
  return joined(words(8 + body.length), text(type), body);
};
const nested = (count: number): Uint8Array => {
  const bytes = Buffer.alloc(count * 8);
  for (let index = 0; index < count; index++) {
    bytes.writeUInt32BE((count - index) * 8, index * 8);
    bytes.write("moov", index * 8 + 4, "latin1");
  }
  return bytes;
};
const ftyp = box("ftyp", text("M4A "), words(0));
const entry = box(".mp3", words(0, 1, 0, 0, 0x0001_0010, 0, 16_000 * 65_536));
const track = (...tables: readonly Uint8Array[]): Uint8Array =>
  box(
    "trak",
    box("tkhd", words(0, 0, 0, 1)),
    box(
      "mdia",
      box("mdhd", words(0, 0, 0, 16_000, 0, 0)),
      box("hdlr", words(0, 0), text("soun"), words(0, 0, 0)),
      box("minf", box("stbl", box("stsd", words(0, 1), entry), ...tables)),
    ),
  );
const movie = (...tables: readonly Uint8Array[]): Uint8Array =>
  joined(ftyp, box("moov", track(...tables)));
const size = box("stsz", words(0, 2, 0xffff));
const oneChunk = box("stco", words(0, 1, 8));
const perChunk = (packets: number): Uint8Array => box("stsc", words(0, 1, 1, packets, 1));
const fragmented = (defaultSize: number, ...fragments: readonly Uint8Array[]): Uint8Array =>
  joined(
    ftyp,
    box("moov", track(), box("mvex", box("trex", words(0, 1, 1, 1, defaultSize, 0)))),
    ...fragments,
  );
const runs = (count: number, run: Uint8Array): Uint8Array =>
  box("moof", box("traf", box("tfhd", words(0, 1)), times(count, run)));

const page = (flags: number, lacing: readonly number[], body: Uint8Array): Uint8Array => {
  const head = Buffer.alloc(27);
  head.write("OggS", 0, "latin1");
  head[5] = flags;
  head.writeUInt32LE(7, 14);
  head[26] = lacing.length;
  return joined(head, Uint8Array.from(lacing), body);
};
const none = new Uint8Array();
const opusHead = joined(text("OpusHead"), Uint8Array.of(1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0));
const vorbisHead = joined(
  Uint8Array.of(1),
  text("vorbis"),
  Uint8Array.of(0, 0, 0, 0, 1, 0x80, 0x3e),
  new Uint8Array(16),
);
const oggStart = page(2, [opusHead.length], opusHead);
const vorbisStart = page(2, [vorbisHead.length], vorbisHead);
const empties = page(0, [...new Uint8Array(255)], none);

const riff = joined(text("RIFF"), Uint8Array.of(255, 255, 255, 255), text("WAVE"));
const id3 = joined(text("ID3"), Uint8Array.of(4, 0, 0, 0, 0, 0, 0));
const flacStart = (flags: number): Uint8Array =>
  joined(
    text("fLaC"),
    Uint8Array.of(flags, 0, 0, 34, 16, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0x03, 0xe8, 0, 0xf0),
    new Uint8Array(24),
  );

const element = (id: readonly number[], ...content: readonly Uint8Array[]): Uint8Array => {
  const body = joined(...content);
  return joined(Uint8Array.from(id), Uint8Array.of(0x80 | body.length), body);
};
const ebml = element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], text("webm")));
const segment = Uint8Array.of(0x18, 0x53, 0x80, 0x67, 0xff);
const opusTrack = element(
  [0xae],
  element([0xd7], Uint8Array.of(1)),
  element([0x83], Uint8Array.of(2)),
  element([0x86], text("A_OPUS")),
);
const cluster = joined(Uint8Array.of(0x1f, 0x43, 0xb6, 0x75, 0xff), element([0xe7], none));
const webm = joined(ebml, segment, element([0x16, 0x54, 0xae, 0x6b], opusTrack), cluster);
const tracks = (content: Uint8Array): Uint8Array =>
  joined(
    ebml,
    segment,
    Uint8Array.of(0x16, 0x54, 0xae, 0x6b),
    words(0x1000_0000 + content.length),
    content,
  );

const mp4: Readers = { probe: probeMp4, decode: (source) => decodeMp4(source, 16_000) };
const ogg: Readers = { probe: probeOgg, decode: (source) => decodeOgg(source, 16_000) };
const matroska: Readers = {
  probe: probeMatroska,
  decode: (source) => decodeMatroska(source, 16_000),
};
const wave: Readers = { probe: probeWave, decode: decodeWave };
const mp3: Readers = { probe: probeMp3, decode: decodeMp3 };
const adts: Readers = { probe: probeAdts, decode: decodeAdts };
const flac: Readers = { probe: probeFlac, decode: decodeFlac };

type Row = readonly [name: string, readers: Readers, of: (count: number) => Uint8Array];

const after =
  (head: Uint8Array, piece: Uint8Array) =>
  (count: number): Uint8Array =>
    joined(head, times(count, piece));

const rows: readonly Row[] = [
  ["MP4 of empty boxes", mp4, after(ftyp, box("free"))],
  ["MP4 of empty fragments", mp4, after(fragmented(2), box("moof"))],
  ["MP4 of boxes in the index", mp4, (n) => joined(ftyp, box("moov", times(n, box("free"))))],
  ["MP4 of boxes in boxes", mp4, (n) => joined(ftyp, nested(n))],
  ["MP4 of empty tracks", mp4, (n) => joined(ftyp, box("moov", times(n, box("trak"))))],
  [
    "MP4 of chunks without a packet",
    mp4,
    (n) => movie(size, perChunk(0), box("stco", words(0, n), times(n, words(8)))),
  ],
  [
    "MP4 of chunks that are the same",
    mp4,
    (n) => movie(size, perChunk(9), box("stco", words(0, n), times(n, words(8)))),
  ],
  [
    "MP4 of packets without a byte",
    mp4,
    (n) => movie(box("stsz", words(0, 0, n), times(n, words(0))), perChunk(n), oneChunk),
  ],
  [
    "MP4 of times without a packet",
    mp4,
    (n) => movie(size, perChunk(9), oneChunk, box("stts", words(0, n), times(n, words(0, 1)))),
  ],
  [
    "MP4 of chunk counts without a chunk",
    mp4,
    (n) => movie(size, oneChunk, box("stsc", words(0, n), times(n, words(0, 9, 1)))),
  ],
  [
    "MP4 of edits",
    mp4,
    (n) =>
      joined(
        ftyp,
        box("moov", box("trak", box("edts", box("elst", words(0, n), times(n, words(1, 0, 1)))))),
      ),
  ],
  ["MP4 of empty runs", mp4, (n) => fragmented(2, runs(n, box("trun", words(0, 0))))],
  ["MP4 of runs of nothing", mp4, (n) => fragmented(0, runs(n, box("trun", words(0, 2 ** 30))))],
  ["MP4 of runs of the same", mp4, (n) => fragmented(2, runs(n, box("trun", words(0, 2 ** 30))))],
  ["Ogg of empty packets", ogg, (n) => joined(oggStart, times(Math.ceil(n / 255), empties))],
  ["Vorbis of empty packets", ogg, (n) => joined(vorbisStart, times(Math.ceil(n / 255), empties))],
  ["Ogg of empty pages", ogg, after(oggStart, page(0, [], none))],
  [
    "Ogg of streams that begin",
    ogg,
    (n) => times(Math.ceil(n / 1000), joined(oggStart, page(0, [1], Uint8Array.of(0)))),
  ],
  ["Ogg of marks", ogg, after(oggStart, text("OggS"))],
  ["WAV of empty chunks", wave, after(riff, joined(text("LIST"), words(0)))],
  ["MP3 of empty tags", mp3, after(none, id3)],
  ["MP3 of sync bytes", mp3, after(id3, Uint8Array.of(0xff))],
  ["AAC of empty tags", adts, after(none, id3)],
  ["AAC of empty frames", adts, after(none, Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 1, 0x1f, 0xfc))],
  ["FLAC of empty blocks", flac, after(flacStart(0), Uint8Array.of(1, 0, 0, 0))],
  ["FLAC of sync words", flac, after(flacStart(0x80), Uint8Array.of(0xff, 0xf8))],
  ["WebM of voids", matroska, after(webm, element([0xec]))],
  ["WebM of empty blocks", matroska, after(webm, element([0xa3], Uint8Array.of(0x81, 0, 0, 0)))],
  [
    "WebM of blocks with empty lacing",
    matroska,
    after(webm, element([0xa3], Uint8Array.of(0x81, 0, 0, 2, 1, 0))),
  ],
  ["WebM of groups in groups", matroska, after(webm, Uint8Array.of(0xa0, 0xff))],
  ["WebM of empty clusters", matroska, after(webm, cluster)],
  ["WebM of damaged clusters", matroska, after(webm, Uint8Array.of(0x1f, 0x43, 0xb6, 0x75, 0))],
  ["WebM of empty tracks", matroska, (n) => tracks(times(n, element([0xae])))],
];

/** One for each way to fill a file with structure and no sound. */
export const endlessFiles: readonly EndlessFile[] = rows.map(([name, readers, of]) => ({
  name,
  of,
  ...readers,
}));

/** A file that is read in earnest. */
interface LongFile {
  readonly head: Uint8Array;
  /** With what follows the head. */
  readonly sizeBytes: number;
}

const whole = (head: Uint8Array): LongFile => ({ head, sizeBytes: head.length });

/** Packets of 20 ms and of three bytes, 250 to a page. */
export function longOgg(packets: number): LongFile {
  const lacing = Array.from({ length: 250 }, () => 3);
  const pages = Array.from({ length: packets / 250 }, (_, index) => {
    const one = page(0, lacing, new Uint8Array(750).fill(0x48));
    new DataView(one.buffer, one.byteOffset).setBigInt64(6, BigInt((index + 1) * 250 * 960), true);
    return one;
  });
  return whole(joined(oggStart, ...pages));
}

/** Packets of 1024 samples and of 100 bytes, one to a chunk. */
export function longMp4(packets: number): LongFile {
  const head = movie(
    box("stsz", words(0, 0, packets), times(packets, words(100))),
    perChunk(1),
    box("stco", words(0, packets), times(packets, words(8))),
    box("stts", words(0, 1, packets, 1024)),
  );
  return { head, sizeBytes: head.length + packets * 100 };
}

/** Blocks of 20 ms and of three bytes, in groups, a hundred to a cluster. */
export function longWebm(blocks: number): LongFile {
  const clusters = Array.from({ length: blocks / 100 }, (_, index) => {
    const groups = Array.from({ length: 100 }, (__, block) => {
      const ticks = block * 20;
      const content = Uint8Array.of(0x81, ticks >> 8, ticks & 0xff, 0, 0x48, 0, 0);
      return element([0xa0], element([0xa1], content), element([0x9b], Uint8Array.of(20)));
    });
    return joined(
      Uint8Array.of(0x1f, 0x43, 0xb6, 0x75, 0xff),
      element([0xe7], words(index * 2000)),
      ...groups,
    );
  });
  return whole(joined(webm, ...clusters));
}
