import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { recording, runFfmpeg } from "./ffmpeg.ts";

/** How a file is made, and what is true of it. */
export interface MadeFile {
  /** File name with extension; also the name of the case. */
  readonly name: string;
  /** What ffmpeg is told about the output. */
  readonly options: string;
  readonly mediaType: string;
  readonly container: string;
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** Written to a pipe: sizes and lengths in its headers stay unknown. */
  readonly isPiped?: true;
  /**
   * What the encoder adds and no field of the file tells, so that it is measured and decoded with
   * the speech. By default nothing.
   */
  readonly untoldSeconds?: number;
}

/** Not a whole number of frames of any codec. */
export const CLIP_SECONDS = 3.703;

type Row = readonly [
  name: string,
  options: string,
  details: Pick<MadeFile, "codec" | "sampleRate" | "channels"> &
    Partial<Pick<MadeFile, "container" | "isPiped" | "untoldSeconds">>,
];

const family =
  (mediaType: string, container: string) =>
  ([name, options, details]: Row): MadeFile => ({
    name,
    options,
    mediaType,
    container,
    ...details,
  });

const wave = (
  [
    [
      "s16-16k.wav",
      "-c:a pcm_s16le -ar 16000",
      { codec: "pcm-s16", sampleRate: 16_000, channels: 1 },
    ],
    ["u8-8k.wav", "-c:a pcm_u8 -ar 8000", { codec: "pcm-u8", sampleRate: 8000, channels: 1 }],
    [
      "s24-22k.wav",
      "-c:a pcm_s24le -ar 22050",
      { codec: "pcm-s24", sampleRate: 22_050, channels: 1 },
    ],
    [
      "s32-48k.wav",
      "-c:a pcm_s32le -ar 48000",
      { codec: "pcm-s32", sampleRate: 48_000, channels: 1 },
    ],
    ["f32-44k-stereo.wav", "-c:a pcm_f32le", { codec: "pcm-f32", sampleRate: 44_100, channels: 2 }],
    ["mulaw-8k.wav", "-c:a pcm_mulaw -ar 8000", { codec: "ulaw", sampleRate: 8000, channels: 1 }],
    [
      "alaw-8k-stereo.wav",
      "-c:a pcm_alaw -ar 8000",
      { codec: "alaw", sampleRate: 8000, channels: 2 },
    ],
    [
      "s16-48k-stereo.wav",
      "-c:a pcm_s16le -ar 48000",
      { codec: "pcm-s16", sampleRate: 48_000, channels: 2 },
    ],
    [
      "piped.wav",
      "-f wav -c:a pcm_s16le -ar 22050",
      { codec: "pcm-s16", sampleRate: 22_050, channels: 1, isPiped: true },
    ],
  ] satisfies readonly Row[]
).map(family("audio/wav", "wav"));

const mp3 = (
  [
    [
      "cbr-44k-stereo.mp3",
      "-c:a libmp3lame -b:a 128k",
      { codec: "mp3", sampleRate: 44_100, channels: 2 },
    ],
    [
      "vbr-16k.mp3",
      "-c:a libmp3lame -q:a 4 -ar 16000",
      { codec: "mp3", sampleRate: 16_000, channels: 1 },
    ],
    [
      "tagged-44k.mp3",
      "-c:a libmp3lame -q:a 2 -id3v2_version 3 -metadata title=Speech -write_id3v1 1",
      { codec: "mp3", sampleRate: 44_100, channels: 1 },
    ],
    // Without a whole info tag: 1105 samples in front and what fills the last frame.
    [
      "bare-cbr-24k.mp3",
      "-c:a libmp3lame -b:a 64k -ar 24000 -id3v2_version 0 -write_xing 0",
      { codec: "mp3", sampleRate: 24_000, channels: 1, untoldSeconds: (1105 + 576) / 24_000 },
    ],
    [
      "piped-44k.mp3",
      "-f mp3 -c:a libmp3lame -q:a 4",
      {
        codec: "mp3",
        sampleRate: 44_100,
        channels: 1,
        isPiped: true,
        untoldSeconds: (1105 + 1152) / 44_100,
      },
    ],
  ] satisfies readonly Row[]
).map(family("audio/mpeg", "mp3"));

const mp4 = (
  [
    ["index-last.m4a", "-c:a aac -b:a 96k", { codec: "aac", sampleRate: 44_100, channels: 2 }],
    [
      "index-first.m4a",
      "-c:a aac -b:a 64k -ar 16000 -movflags +faststart",
      { codec: "aac", sampleRate: 16_000, channels: 1 },
    ],
    [
      "fragments.m4a",
      "-f ipod -c:a aac -b:a 64k -ar 22050 -movflags frag_keyframe+empty_moov -frag_duration 1000000",
      {
        codec: "aac",
        sampleRate: 22_050,
        channels: 1,
        isPiped: true,
        untoldSeconds: 2048 / 22_050,
      },
    ],
  ] satisfies readonly Row[]
).map(family("audio/mp4", "mp4"));

const flac = (
  [
    ["s16-44k-stereo.flac", "-c:a flac", { codec: "flac", sampleRate: 44_100, channels: 2 }],
    [
      "s24-48k.flac",
      "-c:a flac -sample_fmt s32 -bits_per_raw_sample 24 -ar 48000",
      { codec: "flac", sampleRate: 48_000, channels: 1 },
    ],
    [
      "piped-16k.flac",
      "-f flac -c:a flac -ar 16000",
      { codec: "flac", sampleRate: 16_000, channels: 1, isPiped: true },
    ],
  ] satisfies readonly Row[]
).map(family("audio/flac", "flac"));

const ogg = (
  [
    [
      "vorbis-44k-stereo.ogg",
      "-c:a libvorbis -q:a 4",
      { codec: "vorbis", sampleRate: 44_100, channels: 2 },
    ],
    [
      "vorbis-16k.ogg",
      "-c:a libvorbis -q:a 3 -ar 16000",
      { codec: "vorbis", sampleRate: 16_000, channels: 1 },
    ],
    [
      "opus.ogg",
      "-c:a libopus -b:a 32k -ar 16000",
      { codec: "opus", sampleRate: 48_000, channels: 1 },
    ],
    [
      "opus-stereo.ogg",
      "-c:a libopus -b:a 96k -ar 48000",
      { codec: "opus", sampleRate: 48_000, channels: 2 },
    ],
    ["flac-44k-stereo.ogg", "-c:a flac", { codec: "flac", sampleRate: 44_100, channels: 2 }],
  ] satisfies readonly Row[]
).map(family("audio/ogg", "ogg"));

const webm = (
  [
    [
      "opus.webm",
      "-c:a libopus -b:a 32k -ar 48000",
      { codec: "opus", sampleRate: 48_000, channels: 1 },
    ],
    [
      "live-opus.webm",
      "-f webm -live 1 -c:a libopus -b:a 32k -ar 48000",
      { codec: "opus", sampleRate: 48_000, channels: 1 },
    ],
    [
      "piped-opus-stereo.webm",
      "-f webm -c:a libopus -b:a 64k -ar 48000",
      { codec: "opus", sampleRate: 48_000, channels: 2, isPiped: true },
    ],
    [
      "vorbis-44k-stereo.webm",
      "-c:a libvorbis -q:a 4",
      { codec: "vorbis", sampleRate: 44_100, channels: 2 },
    ],
  ] satisfies readonly Row[]
).map(family("audio/webm", "webm"));

const adts = (
  [
    [
      "lc-44k-stereo.aac",
      "-c:a aac -b:a 96k",
      { codec: "aac", sampleRate: 44_100, channels: 2, untoldSeconds: 2048 / 44_100 },
    ],
    [
      "lc-16k.aac",
      "-c:a aac -b:a 48k -ar 16000",
      { codec: "aac", sampleRate: 16_000, channels: 1, untoldSeconds: 2048 / 16_000 },
    ],
  ] satisfies readonly Row[]
).map(family("audio/aac", "adts"));

/** One of every kind of file that is decoded here. */
export const madeFiles: readonly MadeFile[] = [
  ...wave,
  ...mp3,
  ...mp4,
  ...flac,
  ...ogg,
  ...webm,
  ...adts,
];

const optionsOf = ({ channels, options }: MadeFile): readonly string[] => [
  "-map",
  channels === 1 ? "0:a" : "1:a",
  ...options.split(" "),
];

/** Makes files of real speech, with another voice on the right where there are two channels. */
export async function makeFiles(
  folder: string,
  files: readonly MadeFile[],
  seconds: number = CLIP_SECONDS,
): Promise<void> {
  const [mono, stereo] = [join(folder, "mono.source.wav"), join(folder, "stereo.source.wav")];
  const trim = `aresample=44100,atrim=end=${seconds}`;
  const sources = ["jfk.wav", "librivox-sense-0870.wav"].flatMap((name) => ["-i", recording(name)]);
  const graph = `[0]${trim},asplit[m][l];[1]${trim}[r];[l][r]join=inputs=2:channel_layout=stereo[s]`;
  const outputs = ["-map", "[m]", mono, "-map", "[s]", stereo];
  await runFfmpeg([...sources, "-filter_complex", graph, ...outputs]);
  const inputs = ["-i", mono, "-i", stereo];
  const seekable = files.filter(({ isPiped }) => isPiped !== true);
  await runFfmpeg([
    ...inputs,
    ...seekable.flatMap((file) => [...optionsOf(file), join(folder, file.name)]),
  ]);
  for (const file of files.filter(({ isPiped }) => isPiped === true)) {
    const bytes = await runFfmpeg([...inputs, ...optionsOf(file), "pipe:1"]);
    await writeFile(join(folder, file.name), bytes);
  }
}

/** What ffmpeg itself makes of the files, as mono at 16 kHz, by their names. */
export async function decodeWithFfmpeg(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const inputs = names.flatMap((name) => ["-i", join(folder, name)]);
  const rawOf = (name: string): string => join(folder, `${name}.f32`);
  const outputs = names.flatMap((name, index) => {
    const format = ["-ac", "1", "-ar", "16000", "-f", "f32le"];
    return ["-map", `${index}:a`, ...format, rawOf(name)];
  });
  await runFfmpeg([...inputs, ...outputs]);
  const entries = names.map(async (name) => {
    const { buffer, byteOffset, length } = await readFile(rawOf(name));
    const bytes = buffer.slice(byteOffset, byteOffset + length);
    return [name, new Float32Array(bytes)] as const;
  });
  return new Map(await Promise.all(entries));
}
