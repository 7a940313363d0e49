import { readdirSync, readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { audioOf } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { expect, vi } from "vitest";
import { whisperConfig } from "../fake-whisper.ts";
import { sha256, startTestProxy, toneWav } from "../test-proxy.ts";
import type { TestProxy, TestProxySettings } from "../test-proxy.ts";
import { dial } from "./raw-client.ts";
import type { RawAnswer, RawClient } from "./raw-client.ts";
import { field, file, rawForm, rawRequest } from "./raw-form.ts";

/** What the client sees of a refusal. */
export interface Refused {
  readonly status: number;
  readonly message: string;
  readonly param: string | null;
}

/** A proxy that clients attack, and the provider behind it. */
export interface AttackedProxy extends AsyncDisposable {
  readonly proxy: TestProxy;
  readonly upstream: FakeUpstream;
  /** A new connection; closed at the latest when the proxy is. */
  readonly dial: () => Promise<RawClient>;
  /** Sends bytes on a new connection and gives the first answer. */
  readonly ask: (bytes: string | Uint8Array) => Promise<RawAnswer>;
  /** The same, and the answer must be a refusal in OpenAI's shape. */
  readonly refused: (bytes: string | Uint8Array) => Promise<Refused>;
  /** Nothing of a broken request is left, none reached the provider, and a good one is served. */
  readonly expectUnharmed: () => Promise<void>;
  /** Nothing is left of requests that did reach the provider. */
  readonly expectServed: () => Promise<void>;
}

/** Reads a refusal and checks its shape. */
export function toRefused({ status, headers, body }: RawAnswer): Refused {
  expect(headers["content-type"]).toBe("application/json");
  const { error, ...others } = JSON.parse(body) as {
    error: { message: string; type: string; param: string | null; code: string };
  };
  expect(others).toEqual({});
  expect(Object.keys(error).toSorted()).toEqual(["code", "message", "param", "type"]);
  expect(error.type).toBe("invalid_request_error");
  return { status, message: error.message, param: error.param };
}

/** Spool files lose their names as soon as they are open; Linux still tells where they were. */
const openFilesIn = (folder: string): readonly string[] => {
  if (process.platform !== "linux") return readdirSync(folder);
  const open = readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      return [];
    }
  });
  return [...readdirSync(folder), ...open.filter((path) => path.startsWith(folder))];
};

/** A few files are kept open for the uploads to come. */
const MAX_IDLE_FILES = 4;

const isUnfinished = ({ call, aborted }: FakeUpstream["requests"][number]): boolean =>
  call === undefined && !aborted;

const goodAudio = toneWav(3);
const goodRequest = rawRequest(rawForm([file(goodAudio), field("model", "whisper-1")]), {
  connection: "close",
});

/** Starts both; every upload may keep 4 KiB in memory unless the settings say otherwise. */
export async function startAttackedProxy(
  settings: Omit<TestProxySettings, "config"> = {},
): Promise<AttackedProxy> {
  const upstream = await startFakeUpstream(() => ({ body: { text: "Ask not." } }));
  const config = `${whisperConfig(upstream)}\nrouter_settings: { num_retries: 0 }\n`;
  const proxy = await startTestProxy({ memoryBytes: 4096, ...settings, config });
  const clients: RawClient[] = [];
  /** Of requests that were meant to reach the provider. */
  let goodCalls = 0;

  const open = async (): Promise<RawClient> => {
    const client = await dial(proxy.url);
    clients.push(client);
    return client;
  };
  const ask = async (bytes: string | Uint8Array): Promise<RawAnswer> => {
    using client = await open();
    void client.send(bytes);
    return await client.answer();
  };
  const expectNothingLeft = async (): Promise<void> => {
    for (const client of clients.splice(0)) client.socket.destroy();
    const count = promisify(proxy.server.getConnections.bind(proxy.server));
    await vi.waitFor(
      async () => {
        expect(await count()).toBe(0);
        expect(proxy.budget.usedBytes).toBe(0);
        expect(proxy.textBudget.usedBytes).toBe(0);
        expect(openFilesIn(proxy.spoolFolder).length).toBeLessThanOrEqual(MAX_IDLE_FILES);
        expect(upstream.requests.filter(isUnfinished)).toEqual([]);
      },
      { interval: 5, timeout: 10_000 },
    );
  };
  const expectUnharmed = async (): Promise<void> => {
    await expectNothingLeft();
    expect(upstream.calls.length).toBe(goodCalls);
    expect(await ask(goodRequest)).toMatchObject({ status: 200 });
    goodCalls++;
    expect(upstream.calls.map(audioOf).at(-1)?.sha256).toBe(sha256(goodAudio));
    await expectNothingLeft();
  };
  const expectServed = async (): Promise<void> => {
    await expectNothingLeft();
    goodCalls = upstream.calls.length;
  };
  return {
    proxy,
    upstream,
    dial: open,
    ask,
    refused: async (bytes) => toRefused(await ask(bytes)),
    expectUnharmed,
    expectServed,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.socket.destroy();
      await proxy[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}
