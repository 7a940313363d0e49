import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
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

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

interface Watched {
  readonly program: Program;
  readonly ended: Promise<unknown>;
  readonly read: () => string;
}

/** How long the end may take: a second for last words, and what a busy machine adds. */
const END_MS = 3000;
/** The same, less than a second for each output would take. */
const ONE_LIMIT_MS = 1900;

/** The program with pipes that the test reads, or stops to read. */
const start = (argv: readonly string[], output: "pipe" | number = "pipe"): Watched => {
  const program = spawn(process.execPath, [MAIN, ...argv], {
    env: { ...baseEnvironment },
    stdio: ["ignore", output, output],
  }) as Program;
  const ended = once(program, "exit").then(([code]) => code as unknown);
  onTestFinished(() => void program.kill("SIGKILL"));
  let text = "";
  for (const stream of [program.stdout, program.stderr])
    stream?.setEncoding("utf8").on("data", (piece: string) => {
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
    expect(performance.now() - stoppedAtMs).toBeLessThan(END_MS);
  });
});

describe.skipIf(!existsSync("/dev/full")).each([
  ["human", "1"],
  ["json", "1"],
  ["human", "2"],
  ["json", "2"],
])("a log in %s of %s worker(s) on a full disk", { timeout: 60_000 }, (format, workers) => {
  test("holds up neither the server nor its end (needs /dev/full)", async () => {
    const full = openSync("/dev/full", "w");
    onTestFinished(() => closeSync(full));
    const port = await freePort();
    const config = temporaryFile("config.yaml", CONFIG);
    const flags = [`--log-format=${format}`, `--workers=${workers}`, `--port=${port}`];
    const { program, ended } = start(["--config", config, ...flags], full);
    const url = `http://127.0.0.1:${port}`;
    await vi.waitUntil(() => fetch(url).catch(() => undefined), WAITING);
    await makeNoise(url, 100);
    const stoppedAtMs = performance.now();
    program.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(performance.now() - stoppedAtMs).toBeLessThan(END_MS);
  });
});

test.for(["", "--log-format=human", "--log-format=json"])(
  "where both outputs are one that nobody reads, the end takes no longer, with '%s'",
  { timeout: 30_000 },
  async (logFlag) => {
    // A pipe that is full before the server begins.
    const port = await freePort();
    const config = temporaryFile("config.yaml", CONFIG);
    const format = logFlag === "" ? [] : [logFlag];
    const flags = [`--config=${config}`, "--workers=1", `--port=${port}`, ...format];
    const program = spawn(
      "/bin/sh",
      ["-c", 'head -c 65536 /dev/zero; exec "$@" 2>&1', "sh", process.execPath, MAIN, ...flags],
      { env: { ...baseEnvironment }, stdio: ["ignore", "pipe", "ignore"] },
    );
    onTestFinished(() => void program.kill("SIGKILL"));
    const url = `http://127.0.0.1:${port}`;
    await vi.waitUntil(() => fetch(url).catch(() => undefined), WAITING);
    await makeNoise(url, 100);
    const stoppedAtMs = performance.now();
    program.kill("SIGTERM");
    expect(await once(program, "exit")).toEqual([0, null]);
    expect(performance.now() - stoppedAtMs).toBeLessThan(ONE_LIMIT_MS);
  },
);

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
