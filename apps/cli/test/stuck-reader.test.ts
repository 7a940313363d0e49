import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { speechSample } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { baseEnvironment } from "./fake-io.ts";
import { temporaryFile, temporaryFolder } from "./temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const WAITING = { timeout: 20_000, interval: 20 };
const MIB = 1024 * 1024;
/** What a pipe holds by itself, and what is on its way between the processes. */
const IN_PIPES = MIB;

type Program = ChildProcessByStdio<null, Readable, Readable>;

interface Watched {
  readonly program: Program;
  readonly ended: Promise<unknown>;
  readonly read: () => string;
}

/** The program with pipes that the test reads, or stops to read. */
const start = (argv: readonly string[]): Watched => {
  const program = spawn(process.execPath, [MAIN, ...argv], {
    env: { ...baseEnvironment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(program, "exit").then(([code]) => code as unknown);
  onTestFinished(() => void program.kill("SIGKILL"));
  let text = "";
  for (const stream of [program.stdout, program.stderr])
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  return { program, ended, read: () => text };
};

const CONFIG = `model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: sk-test, api_base: "http://127.0.0.1:9/v1" }
`;

const serve = async (
  ...flags: readonly string[]
): Promise<Watched & { readonly url: string; readonly stopReading: () => void }> => {
  const config = temporaryFile("config.yaml", CONFIG);
  const watched = start(["--config", config, "--port", "0", ...flags]);
  const { program, read } = watched;
  const url = await vi.waitUntil(() => /http:\/\/[\d.]+:\d+/u.exec(read())?.[0], WAITING);
  return {
    ...watched,
    url,
    stopReading: () => {
      program.stdout.pause();
      program.stderr.pause();
    },
  };
};

/** Makes the server log many long lines, some 14 KB each. */
const makeNoise = async (url: string, requests: number): Promise<void> => {
  const path = "x".repeat(7000);
  const one = async (): Promise<void> => {
    const [response] = (await once(get(`${url}/${path}`), "response")) as [Readable];
    await response.resume().toArray();
  };
  for (let sent = 0; sent < requests; sent += 20)
    await Promise.all(Array.from({ length: 20 }, one));
};

describe.each([
  ["human", "1"],
  ["json", "1"],
  ["human", "2"],
  ["json", "2"],
])("a log in %s of %s worker(s) that nobody reads", { timeout: 60_000 }, (format, workers) => {
  test("is bounded, says later what is missing, and does not hold up the end", async () => {
    const flags = [`--log-format=${format}`, `--workers=${workers}`];
    const { program, ended, url, stopReading, read } = await serve(...flags);
    stopReading();
    await makeNoise(url, 400);
    const before = read().length;
    program.stdout.resume();
    program.stderr.resume();
    await makeNoise(url, 20);
    const lost = await vi.waitUntil(
      () => /(\d+) lines? w(?:as|ere) lost here/u.exec(read())?.[1],
      WAITING,
    );
    expect(Number(lost)).toBeGreaterThan(10);
    expect(read().length - before).toBeLessThan(MIB + IN_PIPES + 20 * 16_000);
    const foreign = read()
      .split("\n")
      .filter((line) => line !== "" && !/^\{.*\}$/u.test(line));
    expect(format === "json" ? foreign : []).toEqual([]);

    stopReading();
    await makeNoise(url, 400);
    const stoppedAtMs = performance.now();
    program.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(performance.now() - stoppedAtMs).toBeLessThan(5000);
  });
});

test(
  "a server whose readers have left goes on, and ends as it should",
  { timeout: 30_000 },
  async () => {
    const { program, ended, url } = await serve("--log-format=human");
    program.stdout.destroy();
    program.stderr.destroy();
    await makeNoise(url, 40);
    expect((await fetch(`${url}/health/liveliness`)).status).toBe(200);
    program.kill("SIGTERM");
    expect(await ended).toBe(0);
  },
);

test(
  "a transcription ends quietly when its reader leaves, and pays for no further file",
  { timeout: 30_000 },
  async () => {
    let calls = 0;
    const upstream = await startFakeUpstream(() => {
      calls += 1;
      return { body: { text: "Ask not." } };
    });
    onTestFinished(() => upstream.close());
    const config = temporaryFile("config.yaml", CONFIG.replace("http://127.0.0.1:9", upstream.url));
    const folder = temporaryFolder();
    for (let count = 0; count < 60; count++)
      writeFileSync(join(folder, `talk-${count}.wav`), speechSample());
    const { program, ended, read } = start([
      "transcribe",
      `--config=${config}`,
      "--model=whisper",
      "--concurrency=1",
      folder,
    ]);
    await vi.waitUntil(() => read().includes("Ask not."), WAITING);
    program.stdout.destroy();
    expect(await ended).toBe(0);
    expect(calls).toBeLessThan(60);
    expect(read()).not.toMatch(/EPIPE|bug|could not/u);
  },
);
