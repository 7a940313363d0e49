/** What reads an input: the audio package, or one of the readers of text and forms. */
export type Reader = "audio" | "subtitles" | "text" | "fields" | "language" | "part headers";

/** What somebody may send, or a provider may answer, to keep a server busy; sizes are fixed. */
export interface HostileInput {
  readonly name: string;
  readonly reader: Reader;
  readonly make: () => Uint8Array;
}

const MEGABYTE = 1_000_000;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const repeated = (piece: Uint8Array, sizeBytes: number): Uint8Array =>
  Buffer.alloc(Math.floor(sizeBytes / piece.length) * piece.length, piece);

/** An MP4 box. */
const box = (type: string, ...content: readonly Uint8Array[]): Uint8Array => {
  const body = joined(...content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return joined(head, body);
};
const words = (...values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};
const ftyp = box("ftyp", text("M4A "), words(0));
const soundEntry = box("sowt", words(0, 1, 0, 0, 0x0001_0010, 0, 16_000 * 65_536));
const soundTrack = (tables: Uint8Array): Uint8Array =>
  box(
    "trak",
    box("tkhd", words(0, 0, 0, 1)),
    box(
      "mdia",
      box("mdhd", words(0, 0, 0, 16_000, 0, 0)),
      box("hdlr", words(0, 0), text("soun"), words(0, 0, 0)),
      box("minf", box("stbl", box("stsd", words(0, 1), soundEntry), tables)),
    ),
  );
/** An MP4 file whose sound lies where these tables say. */
const mp4 = (...tables: readonly Uint8Array[]): Uint8Array =>
  joined(ftyp, box("moov", soundTrack(joined(...tables))));
const fragmented = (defaultSize: number): Uint8Array =>
  box(
    "moov",
    soundTrack(new Uint8Array()),
    box("mvex", box("trex", words(0, 1, 1, 1, defaultSize, 0))),
  );
const manyRuns = (count: number): Uint8Array =>
  box(
    "moof",
    box("traf", box("tfhd", words(0, 1)), repeated(box("trun", words(0, 0xffff_ffff)), count)),
  );

/** An Ogg page of one stream. */
const page = (flags: number, lacing: readonly number[], body: Uint8Array): Uint8Array => {
  const head = Buffer.alloc(27 + lacing.length);
  head.write("OggS", 0, "latin1");
  head[5] = flags;
  head.writeUInt32LE(7, 14);
  head[26] = lacing.length;
  head.set(lacing, 27);
  return joined(head, body);
};
const opusHead = joined(text("OpusHead"), Uint8Array.of(1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0));
const oggStart = page(2, [opusHead.length], opusHead);
const vorbisStart = page(
  2,
  [30],
  joined(
    Uint8Array.of(1),
    text("vorbis"),
    Uint8Array.of(0, 0, 0, 0, 1, 0x80, 0x3e),
    Buffer.alloc(16),
  ),
);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

/** A WAV file up to its first own chunk. */
const riff = joined(text("RIFF"), Uint8Array.of(255, 255, 255, 255), text("WAVE"));
const waveFormat = (sampleRate: number): Uint8Array => {
  const format = Buffer.alloc(24);
  format.write("fmt ", 0, "latin1");
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(1, 8);
  format.writeUInt16LE(1, 10);
  format.writeUInt32LE(sampleRate, 12);
  format.writeUInt32LE(sampleRate * 2, 16);
  format.writeUInt16LE(2, 20);
  format.writeUInt16LE(16, 22);
  return format;
};

const flacStart = joined(
  text("fLaC"),
  Uint8Array.of(0, 0, 0, 34, 16, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0x03, 0xe8, 0, 0xf0),
  Buffer.alloc(24),
);

/** An EBML element with a size of one byte. */
const element = (id: readonly number[], content: Uint8Array): Uint8Array =>
  joined(Uint8Array.from(id), Uint8Array.of(0x80 | content.length), content);
const webmTrack = element(
  [0x16, 0x54, 0xae, 0x6b],
  element(
    [0xae],
    joined(
      element([0xd7], Uint8Array.of(1)),
      element([0x83], Uint8Array.of(2)),
      element([0x86], text("A_OPUS")),
    ),
  ),
);
const webmStart = joined(
  element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], text("webm"))),
  Uint8Array.of(0x18, 0x53, 0x80, 0x67, 0xff),
  webmTrack,
);
const cluster = joined(
  Uint8Array.of(0x1f, 0x43, 0xb6, 0x75, 0xff),
  element([0xe7], Uint8Array.of(0)),
);

const adtsFrame = (rateIndex: number, sizeBytes: number): Uint8Array => {
  const frame = Buffer.alloc(sizeBytes);
  frame.set([
    0xff,
    0xf1,
    0x40 | (rateIndex << 2),
    0x40 | (sizeBytes >> 11),
    sizeBytes >> 3,
    (sizeBytes << 5) | 0x1f,
    0xfc,
  ]);
  return frame;
};

const srt = (content: string): Uint8Array =>
  text(`1\n00:00:00,000 --> 00:00:01,000\n${content}\n\n`);

const inputFor =
  (reader: Reader) =>
  (name: string, make: () => Uint8Array): HostileInput => ({ name, reader, make });
const audio = inputFor("audio");
const subtitles = inputFor("subtitles");
const prose = inputFor("text");

export const hostileInputs: readonly HostileInput[] = [
  audio("MP4: 60 MB of empty boxes", () => joined(ftyp, repeated(box("free"), 60 * MEGABYTE))),
  audio("MP4: 60 MB of empty boxes in the index", () =>
    joined(ftyp, box("moov", repeated(box("free"), 60 * MEGABYTE))),
  ),
  audio("MP4: 30 MB of tracks without sound", () =>
    joined(ftyp, box("moov", repeated(box("trak", box("mdia")), 30 * MEGABYTE))),
  ),
  audio("MP4: 8 MB of runs of a million empty packets", () =>
    joined(ftyp, fragmented(0), manyRuns(8 * MEGABYTE)),
  ),
  audio("MP4: 8 MB of runs of the same packets", () =>
    joined(ftyp, fragmented(2), manyRuns(8 * MEGABYTE)),
  ),
  audio("MP4: 30 MB of times for no packet", () =>
    mp4(
      box("stsz", words(0, 2, 4)),
      box("stsc", words(0, 1, 1, 4, 1)),
      box("stco", words(0, 1, 8)),
      box("stts", words(0, (30 * MEGABYTE) / 8), repeated(words(0, 1), 30 * MEGABYTE)),
    ),
  ),
  audio("MP4: 30 MB of chunks without a packet", () =>
    mp4(
      box("stsz", words(0, 2, 0xffff)),
      box("stsc", words(0, 1, 1, 0, 1)),
      box("stco", words(0, (30 * MEGABYTE) / 4), repeated(words(8), 30 * MEGABYTE)),
    ),
  ),
  audio("MP4: 4 MB of chunks that are all the same", () =>
    mp4(
      box("stsz", words(0, 2, 0xffff_ffff)),
      box("stsc", words(0, 1, 1, 0xffff_ffff, 1)),
      box("stco", words(0, MEGABYTE), repeated(words(8), 4 * MEGABYTE)),
    ),
  ),
  audio("Ogg: 11 MB of empty packets", () =>
    joined(oggStart, repeated(page(0, zeros(255), new Uint8Array()), 11 * MEGABYTE)),
  ),
  audio("Ogg: 11 MB of empty Vorbis packets", () =>
    joined(vorbisStart, repeated(page(0, zeros(255), new Uint8Array()), 11 * MEGABYTE)),
  ),
  audio("Ogg: 11 MB of empty pages", () =>
    joined(oggStart, repeated(page(0, [], new Uint8Array()), 11 * MEGABYTE)),
  ),
  audio("Ogg: 2 MB of streams that begin", () =>
    joined(oggStart, repeated(joined(page(0, [1], Uint8Array.of(0)), oggStart), 2 * MEGABYTE)),
  ),
  audio("Ogg: 11 MB of a page's mark", () =>
    joined(oggStart, repeated(text("OggS"), 11 * MEGABYTE)),
  ),
  audio("WAV: 30 MB of empty chunks", () =>
    joined(riff, repeated(joined(text("LIST"), words(0)), 30 * MEGABYTE)),
  ),
  audio("WAV: a rate that shares nothing with 16 kHz", () =>
    joined(
      riff,
      waveFormat(44_101),
      text("data"),
      Uint8Array.of(0, 0, 16, 0),
      Buffer.alloc(2 ** 20),
    ),
  ),
  audio("MP3: 30 MB of empty ID3 tags", () =>
    joined(repeated(joined(text("ID3"), Uint8Array.of(4, 0, 0, 0, 0, 0, 0)), 30 * MEGABYTE)),
  ),
  audio("MP3: 60 MB of nothing behind a tag", () =>
    joined(text("ID3"), Uint8Array.of(4, 0, 0, 0, 0, 0, 0), Buffer.alloc(60 * MEGABYTE)),
  ),
  audio("FLAC: 30 MB of empty blocks", () =>
    joined(flacStart, repeated(Uint8Array.of(1, 0, 0, 0), 30 * MEGABYTE)),
  ),
  audio("FLAC: 30 MB of sync bytes", () => joined(flacStart, Buffer.alloc(30 * MEGABYTE, 0xff))),
  audio("FLAC: 30 MB that begin a header", () =>
    joined(flacStart, repeated(Uint8Array.of(0xff, 0xf8), 30 * MEGABYTE)),
  ),
  audio("WebM: 30 MB of voids", () =>
    joined(webmStart, cluster, repeated(element([0xec], new Uint8Array()), 30 * MEGABYTE)),
  ),
  audio("WebM: 30 MB of empty blocks", () =>
    joined(
      webmStart,
      cluster,
      repeated(element([0xa3], Uint8Array.of(0x81, 0, 0, 0)), 30 * MEGABYTE),
    ),
  ),
  audio("WebM: 30 MB of groups in groups", () =>
    joined(webmStart, cluster, repeated(Uint8Array.of(0xa0, 0xff), 30 * MEGABYTE)),
  ),
  audio("WebM: 15 MB of empty tracks", () =>
    joined(
      webmStart.subarray(0, webmStart.length - webmTrack.length),
      Uint8Array.of(
        0x16,
        0x54,
        0xae,
        0x6b,
        0x10,
        ...Buffer.from((15 * MEGABYTE).toString(16).padStart(6, "0"), "hex"),
      ),
      repeated(element([0xae], new Uint8Array()), 15 * MEGABYTE),
    ),
  ),
  audio("AAC: 5 MB of frames of other rates", () =>
    repeated(joined(...[3, 4, 5, 6, 7, 8, 9].map((rate) => adtsFrame(rate, 32))), 5 * MEGABYTE),
  ),
  subtitles("SRT: 200 KB of <a", () => srt("<a".repeat(100_000))),
  subtitles("VTT: 200 KB of spaces in a voice", () => srt(`<v${" ".repeat(200_000)}x`)),
  prose("a text of 1 MB without spaces", () => text("漢字。".repeat(111_111))),
  prose("a text of 1 MB of brackets", () => text("「".repeat(333_333))),
  prose("a text of 1 MB without width", () => text(`あ${"\u200b".repeat(333_333)}`)),
  prose("100,000 words in one sentence", () => text("word ".repeat(100_000))),
  inputFor("fields")("10,000 form fields with brackets", () => new Uint8Array()),
  inputFor("language")("a language of 100 KB of spaces", () => text(`a${" ".repeat(100_000)}b`)),
  inputFor("part headers")("part headers of 64 KB of open quotes", () =>
    text(`content-disposition: form-data${';name="\\"'.repeat(7000)}`),
  ),
];
