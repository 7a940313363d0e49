import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, relative } from "node:path";

/** One recording that the user named, or that is in a folder that the user named. */
export interface AudioInput {
  /** `-` for stdin. */
  readonly path: string;
  /** Where its results go below the output folder, with the extension of the audio. */
  readonly relativePath: string;
  /** Undefined for stdin, and where there is no such file. */
  readonly sizeBytes: number | undefined;
}

export interface FoundAudio {
  readonly inputs: readonly AudioInput[];
  /** Whether some word was a folder. */
  readonly hasFolder: boolean;
}

export const STDIN = "-";

const EXTENSIONS: ReadonlySet<string> = new Set(
  "aac flac m4a m4b mka mkv mov mp3 mp4 mpeg mpga oga ogg opus wav wave weba webm".split(" "),
);

const isAudio = (name: string): boolean =>
  !name.startsWith(".") && EXTENSIONS.has(extname(name).slice(1).toLowerCase());

const byName = (one: AudioInput, other: AudioInput): number =>
  one.path.localeCompare(other.path, "en", { numeric: true });

const inFolder = async (folder: string, recursive: boolean): Promise<readonly AudioInput[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  const files = entries.filter((entry) => !entry.isDirectory() && isAudio(entry.name));
  const inputs = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const { size } = await stat(path);
      return { path, relativePath: relative(folder, path), sizeBytes: size };
    }),
  );
  return inputs.toSorted(byName);
};

/**
 * Turns the words of the command line into recordings: files as they are, folders as the audio files
 * in them. A file that is not there stays in the list, so that its failure is told with the others.
 */
export async function findAudio(words: readonly string[], recursive: boolean): Promise<FoundAudio> {
  let hasFolder = false;
  const inputs: AudioInput[] = [];
  for (const path of words) {
    if (path === STDIN) {
      inputs.push({ path, relativePath: "stdin", sizeBytes: undefined });
      continue;
    }
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory() === true) {
      hasFolder = true;
      inputs.push(...(await inFolder(path, recursive)));
    } else inputs.push({ path, relativePath: basename(path), sizeBytes: stats?.size });
  }
  return { inputs: [...new Map(inputs.map((input) => [input.path, input])).values()], hasFolder };
}
