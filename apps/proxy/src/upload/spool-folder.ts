import { close, open, read, unlink, writev } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { chooseSpoolFolder, UPLOAD_PREFIX } from "./choose-spool-folder.ts";

/** Where uploads go that are too large for memory. */
export interface SpoolFolder {
  readonly path: string;
  /** Why it is not the usual one; undefined when it is. */
  readonly warning: string | undefined;
  /** A file for one upload. What it held before is never read: reading stops at what was written. */
  create(): Promise<SpoolFile>;
}

/** Callers never read beyond what they have written. All methods reject with the system's error. */
export interface SpoolFile {
  write(buffers: readonly Buffer[], position: number): Promise<void>;
  /** Fills the buffer from its beginning; resolves with how many bytes there were. */
  read(buffer: Buffer, position: number): Promise<number>;
  /** Lets go of the file once running reads and writes have ended; may be called twice. */
  release(): Promise<void>;
}

/** Writing over a file costs half of what filling a new one costs, so a few are kept for a while. */
const IDLE_FILES = 4;
const IDLE_MS = 10_000;
const IDLE_BYTES = 32 * 1024 * 1024;

const openFile = promisify(open);
const closeFile = promisify(close);
const unlinkFile = promisify(unlink);

interface Descriptor {
  readonly fd: number;
  /** Undefined where the name is gone already. */
  readonly path: string | undefined;
}

const closeDescriptor = async ({ fd, path }: Descriptor): Promise<void> => {
  await closeFile(fd);
  if (path !== undefined) await rm(path, { force: true });
};

/** Where the system lets go of the name of an open file, the file is gone in every ending. */
const openDescriptor = async (path: string): Promise<Descriptor> => {
  const fd = await openFile(path, "wx+", 0o600);
  if (process.platform === "win32") return { fd, path };
  return unlinkFile(path).then(
    () => ({ fd, path: undefined }),
    () => ({ fd, path }),
  );
};

/** Nameless files that wait for the next upload; each is closed when none comes. */
const createIdleFiles = () => {
  const idle: { readonly descriptor: Descriptor; readonly timer: NodeJS.Timeout }[] = [];
  return {
    take: (): Descriptor | undefined => {
      const last = idle.pop();
      clearTimeout(last?.timer);
      return last?.descriptor;
    },
    put: async (descriptor: Descriptor, writtenBytes: number): Promise<void> => {
      const isFit = descriptor.path === undefined && writtenBytes <= IDLE_BYTES;
      if (!isFit || idle.length >= IDLE_FILES) return closeDescriptor(descriptor);
      const timer = setTimeout(() => {
        idle.splice(idle.indexOf(entry), 1);
        void closeDescriptor(descriptor);
      }, IDLE_MS).unref();
      const entry = { descriptor, timer };
      idle.push(entry);
      return undefined;
    },
  };
};

/** The system may take less than it was given. */
const withoutFirst = (buffers: readonly Buffer[], bytes: number): readonly Buffer[] => {
  let left = bytes;
  return buffers.flatMap((buffer) => {
    const rest = buffer.subarray(left);
    left = Math.max(0, left - buffer.length);
    return rest.length === 0 ? [] : [rest];
  });
};

const createSpoolFile = (
  descriptor: Descriptor,
  put: (descriptor: Descriptor, writtenBytes: number) => Promise<void>,
): SpoolFile => {
  const { fd } = descriptor;
  const running = new Set<Promise<unknown>>();
  let writtenBytes = 0;
  let released: Promise<void> | undefined;

  const run = async <T>(operation: Promise<T>): Promise<T> => {
    running.add(operation);
    try {
      return await operation;
    } finally {
      running.delete(operation);
    }
  };
  const writeSome = (buffers: readonly Buffer[], position: number) =>
    new Promise<number>((resolve, reject) => {
      writev(fd, buffers, position, (error, bytes) =>
        error === null ? resolve(bytes) : reject(error),
      );
    });
  const writeAll = async (buffers: readonly Buffer[], position: number): Promise<void> => {
    let left = buffers;
    for (let at = position; left.length > 0;) {
      const bytes = await writeSome(left, at);
      at += bytes;
      writtenBytes = Math.max(writtenBytes, at);
      left = withoutFirst(left, bytes);
    }
  };
  const release = async (): Promise<void> => {
    await Promise.allSettled(running);
    await put(descriptor, writtenBytes);
  };
  return {
    write: (buffers, position) => run(writeAll(buffers, position)),
    read: (buffer, position) =>
      run(
        new Promise((resolve, reject) => {
          read(fd, buffer, 0, buffer.length, position, (error, bytes) =>
            error === null ? resolve(bytes) : reject(error),
          );
        }),
      ),
    release: () => (released ??= release()),
  };
};

/** Opens a new file; makes the folder anew where somebody has tidied it away. */
const openAgain = async (path: string, restore: () => void): Promise<Descriptor> => {
  try {
    return await openDescriptor(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    restore();
    return openDescriptor(path);
  }
};

/**
 * Opens the folder (by default `defaultSpoolFolder`) and removes what a crash has left there. Nothing
 * is written where another user could look or meddle: in place of such a default a new folder is used,
 * with a warning; inside of a given one that others can write to, a folder of this user's own; a given
 * one that is a link or belongs to another user is refused with `invalid_request`. Rejects with the
 * system's error when it cannot be written.
 */
export async function openSpoolFolder(given?: string): Promise<SpoolFolder> {
  const { path, warning, restore } = await chooseSpoolFolder(given);
  const idle = createIdleFiles();
  let count = 0;
  const create = async (): Promise<SpoolFile> => {
    const name = `${UPLOAD_PREFIX}${process.pid}-${++count}`;
    const descriptor = idle.take() ?? (await openAgain(join(path, name), restore));
    return createSpoolFile(descriptor, idle.put);
  };
  return { path, warning, create };
}
