import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** Real speech lies beside the repository, not in it. */
const FOLDER = fileURLToPath(new URL("../../../../shared/audio/", import.meta.url));

/** Where a recording is. */
export const recording = (name: string): string => `${FOLDER}${name}`;

function findReason(): string | undefined {
  if (!existsSync(FOLDER)) return `there are no recordings in ${FOLDER}`;
  const { error, status } = spawnSync("ffmpeg", ["-version"], { stdio: "ignore" });
  return error === undefined && status === 0 ? undefined : "there is no ffmpeg to make files with";
}

/** Why tests with made files cannot run here, printed once; undefined when they can. */
export function whyNoFiles(): string | undefined {
  const reason = findReason();
  if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}

/** Makes an empty folder that is removed when the tests of the file have run. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "earshot-test-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs ffmpeg and resolves to what it writes to its standard output. */
export function runFfmpeg(options: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"];
    const child = spawn("ffmpeg", [...quiet, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve(Buffer.concat(output));
      else reject(new Error(`ffmpeg ended with ${status}: ${complaint}`));
    });
  });
}
