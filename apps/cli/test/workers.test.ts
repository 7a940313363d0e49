import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { startCli } from "./cli-process.ts";
import type { CliProcess } from "./cli-process.ts";
import { startSlowUpload } from "./slow-upload.ts";
import type { UploadAnswer } from "./slow-upload.ts";
import { temporaryFile } from "./temporary-folder.ts";

const WAITING = { timeout: 20_000, interval: 10 };

interface Vendor {
  readonly upstream: FakeUpstream;
  /** How many requests it had to answer at the same time. */
  readonly mostAtOnce: () => number;
  /** Answers from now on, also what waits. */
  readonly release: () => void;
}

/** Refuses the key `sk-test-bad`; answers the others, at once or when it is told to. */
const startVendor = async (held: boolean): Promise<Vendor> => {
  let release = (): void => {};
  let atOnce = 0;
  let most = 0;
  const released = held
    ? new Promise<void>((resolve) => {
        release = resolve;
      })
    : Promise.resolve();
  const upstream = await startFakeUpstream(async ({ headers }): Promise<FakeAnswer> => {
    if (headers["authorization"] === "Bearer sk-test-bad")
      return { status: 401, body: { error: { message: "Incorrect API key provided." } } };
    atOnce += 1;
    most = Math.max(most, atOnce);
    await released;
    atOnce -= 1;
    return { body: { text: "Ask not." } };
  });
  onTestFinished(() => upstream.close());
  return { upstream, release, mostAtOnce: () => most };
};

const deployment = (group: string, { url }: FakeUpstream, ...params: readonly string[]): string =>
  `- model_name: ${group}
  litellm_params: { ${["model: whisper-1", `api_base: "${url}/v1"`, ...params].join(", ")} }
`;
const GOOD = "api_key: sk-test-good";
const BAD = "api_key: sk-test-bad";

const configOf = (...deployments: readonly string[]): string =>
  `model_list:\n${deployments.join("")}router_settings: { cooldown_time: 600 }\n`;

const started: CliProcess[] = [];
afterEach(async () => {
  for (const cli of started.splice(0)) {
    // Nothing is there to signal when a test has ended all of it.
    try {
      cli.killGroup("SIGKILL");
    } catch {}
    await cli.exitCode;
  }
});

interface Cluster {
  readonly cli: CliProcess;
  readonly url: string;
  readonly pids: () => Promise<readonly number[]>;
}

const startCluster = async (config: string, ...flags: readonly string[]): Promise<Cluster> => {
  const cli = startCli(["--config", config, "--port", "0", "--workers", "2", ...flags]);
  started.push(cli);
  const url = await cli.until(/listens on (http:\S+)/u);
  const pids = async (): Promise<readonly number[]> => {
    const listed = await cli.until(/"pids":\[([\d,]+)\](?![\s\S]*"pids")/u);
    return listed.split(",").map(Number);
  };
  await pids();
  return { cli, url, pids };
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const untilGone = (pids: readonly number[]): Promise<boolean> =>
  vi.waitUntil(() => !pids.some(isAlive), WAITING);

/** On a connection of its own, so that the workers take turns. */
const transcribe = async (url: string): Promise<UploadAnswer> =>
  (await startSlowUpload(url)).finish();

const ANSWER = { status: 200, text: expect.stringContaining("Ask not.") };

interface LogLine {
  readonly worker?: number;
  readonly status?: number;
  readonly attempts?: number;
  readonly pid?: number;
  readonly msg: string;
}

const logOf = (cli: CliProcess): readonly LogLine[] =>
  cli
    .stderr()
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as LogLine);

const modelsOf = async (url: string): Promise<readonly string[]> => {
  const [response] = (await once(get(`${url}/v1/models`, { agent: false }), "response")) as [
    IncomingMessage,
  ];
  const { data } = (await json(response)) as { readonly data: readonly { readonly id: string }[] };
  return data.map(({ id }) => id);
};

describe("two workers", { timeout: 60_000 }, () => {
  test("share one port and what they know, and a killed one is replaced", async () => {
    const { upstream } = await startVendor(false);
    const config = temporaryFile(
      "config.yaml",
      configOf(
        deployment("whisper", upstream, BAD, "order: 1"),
        deployment("whisper", upstream, GOOD, "order: 2"),
      ),
    );
    const { cli, url, pids } = await startCluster(config);
    expect(cli.stdout().match(/listens on/gu)).toHaveLength(1);
    expect(cli.stdout().match(/Try it/gu)).toHaveLength(1);

    const answered = (): readonly LogLine[] => logOf(cli).filter(({ status }) => status === 200);
    for (const count of [1, 2, 3, 4]) {
      expect(await transcribe(url)).toMatchObject(ANSWER);
      await vi.waitUntil(() => answered().length === count, WAITING);
    }
    expect(new Set(answered().map(({ worker }) => worker))).toEqual(new Set([1, 2]));
    // Only the very first request met the deployment that fails, whichever worker had it.
    expect(answered().map(({ attempts }) => attempts)).toEqual([2, 1, 1, 1]);

    const uploads = [await startSlowUpload(url), await startSlowUpload(url)];
    // Each has arrived at its worker when the provider gets the first of it.
    await vi.waitUntil(() => upstream.requests.length === 7, WAITING);
    const [killed = 0, kept = 0] = await pids();
    process.kill(killed, "SIGKILL");
    await cli.until(/"msg":"(Worker 1 ended by SIGKILL; a new one takes its place)"/u);
    const broken = await Promise.race(
      uploads.map(async (upload, index) => ((await upload.broken) ? index : new Promise(() => {}))),
    );
    const survivor = uploads[broken === 0 ? 1 : 0];
    expect(await survivor?.finish()).toMatchObject({ status: 200 });
    expect(isAlive(kept)).toBe(true);
    await vi.waitUntil(async () => {
      await transcribe(url);
      return answered()
        .slice(5)
        .some(({ worker }) => worker === 1);
    }, WAITING);
    cli.kill("SIGTERM");
    expect(await cli.exitCode).toBe(0);
    await untilGone(await pids());
  });

  test("take over a config at SIGHUP while a request goes on, and refuse a broken one", async () => {
    const { upstream, release } = await startVendor(true);
    const config = temporaryFile("config.yaml", configOf(deployment("whisper", upstream, GOOD)));
    const { cli, url, pids } = await startCluster(config);
    const former = await pids();
    const running = transcribe(url);
    await vi.waitUntil(() => upstream.calls.length === 1, WAITING);

    writeFileSync(config, "model_list: [{ model_name: whisper }]\n");
    cli.kill("SIGHUP");
    await cli.until(/the former one keeps serving/u);
    expect(cli.stderr()).toMatch(/config\.yaml:1:\d+.*litellm_params/u);
    expect(await modelsOf(url)).toEqual(["whisper"]);

    writeFileSync(
      config,
      `${configOf(deployment("scribe", upstream, GOOD))}earshot_settings: { port: 1 }\n`,
    );
    cli.kill("SIGHUP");
    await vi.waitUntil(async () => (await pids()).every((pid) => !former.includes(pid)), WAITING);
    for (let count = 0; count < 4; count++) expect(await modelsOf(url)).toEqual(["scribe"]);
    release();
    expect(await running).toMatchObject(ANSWER);
    await untilGone(former);
    cli.kill("SIGTERM");
    expect(await cli.exitCode).toBe(0);
    await untilGone(await pids());
  });

  test("share the slots of a deployment, also when there are fewer than workers", async () => {
    const { upstream, release, mostAtOnce } = await startVendor(true);
    const config = temporaryFile(
      "config.yaml",
      configOf(deployment("whisper", upstream, GOOD, "max_parallel_requests: 1")),
    );
    const { url, cli } = await startCluster(config);
    const running = [transcribe(url), transcribe(url), transcribe(url), transcribe(url)];
    await vi.waitUntil(() => upstream.calls.length === 1, WAITING);
    // Whoever has the only slot answers this too, so all of the others have been looked at.
    expect(await modelsOf(url)).toEqual(["whisper"]);
    expect(await modelsOf(url)).toEqual(["whisper"]);
    expect(upstream.requests).toHaveLength(1);
    release();
    for (const answer of await Promise.all(running)) expect(answer).toMatchObject(ANSWER);
    expect(mostAtOnce()).toBe(1);
    cli.kill("SIGTERM");
    expect(await cli.exitCode).toBe(0);
  });

  test("leave stopping to the first process at Ctrl-C, and end their requests", async () => {
    const { upstream, release } = await startVendor(true);
    const config = temporaryFile("config.yaml", configOf(deployment("whisper", upstream, GOOD)));
    const { cli, url, pids } = await startCluster(config);
    const running = transcribe(url);
    await vi.waitUntil(() => upstream.calls.length === 1, WAITING);
    cli.killGroup("SIGINT");
    await cli.until(/Stopping/u);
    release();
    expect(await running).toMatchObject(ANSWER);
    expect(await cli.exitCode).toBe(130);
    await untilGone(await pids());
  });

  test("end their requests and themselves when the first process is killed", async () => {
    const { upstream, release } = await startVendor(true);
    const config = temporaryFile("config.yaml", configOf(deployment("whisper", upstream, GOOD)));
    const { cli, url, pids } = await startCluster(config);
    const running = transcribe(url);
    await vi.waitUntil(() => upstream.calls.length === 1, WAITING);
    cli.kill("SIGKILL");
    await expect(
      vi.waitUntil(
        () =>
          fetch(`${url}/v1/models`).then(
            () => false,
            () => true,
          ),
        WAITING,
      ),
    ).resolves.toBe(true);
    release();
    expect(await running).toMatchObject(ANSWER);
    await untilGone(await pids());
  });

  test("tell once what keeps them from starting", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => {
      server.close();
    });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const taken = startCli(["--port", String(port), "--workers", "2"]);
    const config = temporaryFile("config.yaml", "model_list: [{ model_name: whisper }]\n");
    const broken = startCli(["--workers", "2", "--config", config]);
    started.push(taken, broken);
    expect(await taken.exitCode).toBe(1);
    expect(taken.stderr()).toMatch(
      new RegExp(`^earshot: port ${port} of 127.0.0.1 is taken.*--port \\d+ is free\\.\n$`, "u"),
    );
    expect(await broken.exitCode).toBe(1);
    expect(broken.stderr().match(/error/gu)).toHaveLength(2);
    expect(broken.stdout() + taken.stdout()).toBe("");
  });
});
