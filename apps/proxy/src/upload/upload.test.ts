import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TranscriptionError } from "@earshot/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemoryBudget } from "./memory.ts";
import { openSpoolFolder } from "./spool-folder.ts";
import type { SpoolFolder } from "./spool-folder.ts";
import { Upload } from "./upload.ts";

let folder: string;
let spool: SpoolFolder;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "earshot-test-"));
  spool = await openSpoolFolder(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const make = (memoryBytes: number, budget = createMemoryBudget(1e9)): Upload =>
  new Upload({ fileName: "a.wav", mediaType: "audio/wav", memoryBytes, budget, spool });

const hash = async (bytes: AsyncIterable<Uint8Array>): Promise<string> => {
  const sum = createHash("sha256");
  for await (const chunk of bytes) sum.update(chunk);
  return sum.digest("hex");
};

const pieces = Array.from({ length: 64 }, (_, index) => Buffer.alloc(32_768, index));
const expected = createHash("sha256").update(Buffer.concat(pieces)).digest("hex");

const fill = async (upload: Upload): Promise<void> => {
  for (const piece of pieces) await upload.write(piece);
  upload.end();
};

describe.each([
  ["in memory", 1e9],
  ["on disk", 0],
  ["partly on disk", 300_000],
])("an upload %s", (_, memoryBytes) => {
  test("is read whole, again and again, and by two readers at once while it arrives", async () => {
    const upload = make(memoryBytes);
    const early = [hash(upload.open()), hash(upload.open())];
    await fill(upload);
    expect(await Promise.all([...early, hash(upload.open())])).toEqual([
      expected,
      expected,
      expected,
    ]);
    expect(upload.sizeBytes).toBe(64 * 32_768);
    await upload.dispose();
  });

  test("is read at random positions", async () => {
    const upload = make(memoryBytes);
    await fill(upload);
    const whole = Buffer.concat(pieces);
    for (const [start, end] of [
      [0, 10],
      [32_760, 32_780],
      [1_000_000, 1_500_000],
      [2_097_140, 3e6],
      [5e6, 6e6],
    ] as const)
      expect(Buffer.from((await upload.read?.(start, end)) ?? [])).toEqual(
        whole.subarray(start, end),
      );
    await upload.dispose();
  });

  test("gives back all memory and leaves no file when it is disposed of, also twice and half-way", async () => {
    const budget = createMemoryBudget(1e9);
    const upload = make(memoryBytes, budget);
    const reader = hash(upload.open());
    for (const piece of pieces.slice(0, 30)) await upload.write(piece);
    await Promise.all([
      expect(reader).rejects.toMatchObject({ code: "aborted" }),
      upload.dispose(),
      upload.dispose(),
    ]);
    expect(budget.usedBytes).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});

/** Reads as a connection does that is done with each chunk before it asks for the next. */
const hashTransient = (upload: Upload): Promise<string> => hash(upload.open({ transient: true }));

test("readers that are done with each chunk at once get the same bytes, however they keep pace", async () => {
  const upload = make(0);
  const early = hashTransient(upload);
  await fill(upload);
  const late = [hashTransient(upload), hashTransient(upload)];
  expect(await Promise.all([early, ...late])).toEqual([expected, expected, expected]);
  await upload.dispose();
});

describe("an upload whose size was announced", () => {
  const announce = (announcedBytes: number): Upload =>
    new Upload({
      fileName: "a.wav",
      mediaType: "audio/wav",
      announcedBytes,
      memoryBytes: 1e9,
      budget: createMemoryBudget(1e9),
      spool,
    });
  const sizeBytes = 64 * 32_768;

  test("shows that size from the beginning, and its readers get the last bytes at its end", async () => {
    const upload = announce(sizeBytes);
    let seenBytes = 0;
    const reading = (async () => {
      for await (const piece of upload.open()) seenBytes += piece.length;
    })();
    for (const piece of pieces) await upload.write(piece);
    await upload.read(0, sizeBytes);
    expect(upload.sizeBytes).toBe(sizeBytes);
    expect(seenBytes).toBeLessThan(sizeBytes);
    upload.end();
    await reading;
    expect(seenBytes).toBe(sizeBytes);
    expect(upload.isAsPromised).toBe(true);
  });

  test.each([
    ["longer", sizeBytes - 2],
    ["shorter", sizeBytes + 2],
  ])(
    "fails its early readers when it turns out %s, and serves later ones",
    async (_, announced) => {
      const upload = announce(announced);
      const reader = hash(upload.open());
      // Whoever waits for it looks only after the upload has ended.
      reader.catch(() => {});
      await fill(upload);
      await expect(reader).rejects.toMatchObject({ code: "aborted" });
      expect(upload.isAsPromised).toBe(false);
      expect(upload.sizeBytes).toBe(sizeBytes);
      expect(await hash(upload.open())).toBe(expected);
    },
  );
});

test("an upload that breaks tells its readers why", async () => {
  const upload = make(1e9);
  const reader = hash(upload.open());
  await upload.write(Buffer.from("abc"));
  upload.fail(new TranscriptionError("aborted", "The client went away."));
  await expect(reader).rejects.toThrow("The client went away.");
});

test("all uploads together keep to their budget", async () => {
  const budget = createMemoryBudget(1_000_000);
  const uploads = Array.from({ length: 8 }, () => make(1e9, budget));
  let highest = 0;
  const filling = uploads.map(async (upload) => {
    for (const piece of pieces) {
      const wait = upload.write(piece);
      highest = Math.max(highest, budget.usedBytes);
      await wait;
    }
    upload.end();
  });
  await Promise.all(filling);
  expect(highest).toBeLessThan(1_000_000 + 8 * 32_768 + 1);
  expect(await Promise.all(uploads.map((upload) => hash(upload.open())))).toEqual(
    uploads.map(() => expected),
  );
  await Promise.all(uploads.map((upload) => upload.dispose()));
  expect(budget.usedBytes).toBe(0);
});

test("an upload goes on when others have filled the memory while it waited for a reader", async () => {
  const budget = createMemoryBudget(4_000_000);
  const piece = Buffer.alloc(60_000, 7);
  const upload = make(0, budget);
  const reader = upload.open()[Symbol.asyncIterator]();
  const first = reader.next();
  let room: Promise<void> | undefined;
  while (room === undefined) room = upload.write(piece);
  const other = make(1e9, budget);
  while (!budget.isFull) void other.write(piece);
  // Less than is written to the file in one go is left, and now it keeps the memory full.
  let seenBytes = (await first).value?.length ?? 0;
  while (seenBytes < upload.receivedBytes) seenBytes += (await reader.next()).value?.length ?? 0;
  await room;
  await Promise.all([upload.dispose(), other.dispose()]);
  expect(budget.usedBytes).toBe(0);
});

test("what a crashed process left in the spool folder goes away at the next start", async () => {
  // No process has this id: it is above the largest that Linux gives out.
  await writeFile(join(folder, "upload-99999999-1"), "left behind");
  await writeFile(join(folder, `upload-${process.pid}-1`), "still in use");
  await writeFile(join(folder, "notes.txt"), "somebody else's");
  await openSpoolFolder(folder);
  expect((await readdir(folder)).toSorted()).toEqual(["notes.txt", `upload-${process.pid}-1`]);
});
