import { speechSample } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startCli } from "./cli-process.ts";
import type { CliProcess } from "./cli-process.ts";
import { temporaryFile } from "./temporary-folder.ts";

let upstream: FakeUpstream;
let answer: () => void;
let cli: CliProcess;
let url: string;

beforeEach(async () => {
  const released = new Promise<void>((resolve) => {
    answer = resolve;
  });
  upstream = await startFakeUpstream(async () => {
    await released;
    return { body: { text: "Ask not." } };
  });
  const config = temporaryFile(
    "config.yaml",
    `model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: sk-test-openai, api_base: ${upstream.url}/v1 }
`,
  );
  cli = startCli(["--config", config, "--port", "0"]);
  url = await cli.until(/listens on (http:\S+)/u);
});
afterEach(async () => {
  cli.kill("SIGKILL");
  await cli.exitCode;
  await upstream.close();
});

const startRequest = async (): Promise<{ readonly response: Promise<Response> }> => {
  const form = new FormData();
  form.set("model", "whisper");
  form.set("file", new File([speechSample()], "talk.wav"));
  const response = fetch(`${url}/v1/audio/transcriptions`, { method: "POST", body: form });
  response.catch(() => {});
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), { timeout: 5000 });
  return { response };
};

describe("a server that is told to stop", { timeout: 30_000 }, () => {
  test("takes no new request, lets the running one end, and exits with 0", async () => {
    const { response } = await startRequest();
    cli.kill("SIGTERM");
    await cli.until(/Stopping/u);
    await expect(fetch(`${url}/v1/models`)).rejects.toThrow("fetch failed");
    answer();
    expect((await response).headers.get("connection")).toBe("close");
    expect(await (await response).json()).toMatchObject({ text: "Ask not." });
    expect(await cli.exitCode).toBe(0);
  });

  test("takes a signal that a parent passes on for the same one", async () => {
    const { response } = await startRequest();
    cli.kill("SIGTERM");
    cli.kill("SIGTERM");
    await cli.until(/Stopping/u);
    cli.kill("SIGTERM");
    answer();
    expect(await (await response).json()).toMatchObject({ text: "Ask not." });
    expect(await cli.exitCode).toBe(0);
  });
});
