import { Readable } from "node:stream";
import { createFakeTransport, speechSample } from "@earshot/provider-testkit";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keepGateways, transcription } from "./transcription.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const setUp = () => createFakeTransport(() => ({ body: { text: "hello" } }));

const options = (transport: ReturnType<typeof setUp>) => ({
  model: "openai/whisper-1",
  apiKey: "sk-test-one",
  file: speechSample(),
  transport: transport.send,
});

describe("transcription", () => {
  test("transcribes bytes with a key of its own", async () => {
    const transport = setUp();
    expect(await transcription(options(transport))).toMatchObject({ text: "hello" });
    expect(transport.started()).toBe(1);
  });

  test("is bound by its own limits only", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    const busy = createFakeTransport(() => ({ status: 503 }));
    const ended = async (asked: Parameters<typeof transcription>[0]): Promise<unknown> => {
      const outcome = transcription(asked).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(asked.timeoutMs ?? 0);
      return outcome;
    };
    const failed = await ended({ ...options(busy), numRetries: 5, timeoutMs: 60_000 });
    expect(failed).toMatchObject({ code: "overloaded" });
    expect(busy.started()).toBe(6);
    const silent = createFakeTransport(() => ({ silent: true }));
    const hung = await ended({ ...options(silent), timeoutMs: 3_600_000 });
    expect(hung).toMatchObject({ code: "timeout", param: "timeout" });
    expect(silent.calls).toHaveLength(1);
  });

  test("a missing key is an invalid request that names the variable", async () => {
    vi.stubEnv("OPENAI_API_KEY", "");
    await expect(
      transcription({ model: "openai/whisper-1", file: speechSample() }),
    ).rejects.toMatchObject({
      name: "TranscriptionError",
      code: "invalid_request",
      param: "apiKey",
      message: expect.stringMatching(/OPENAI_API_KEY.*apiKey/u) as string,
    });
  });

  test.each([
    ["apiBase", { apiBase: "localhost:8000" }],
    ["apiKey", { apiKey: "Bearer sk-test-one" }],
  ])("a faulty %s is an invalid request that names it", async (param, wrong) => {
    const transport = setUp();
    await expect(transcription({ ...options(transport), ...wrong })).rejects.toMatchObject({
      code: "invalid_request",
      param,
      message: expect.stringMatching(new RegExp(`Pass '${param}'`, "u")) as string,
    });
    expect(transport.started()).toBe(0);
  });

  test("an unknown provider is an invalid request", async () => {
    await expect(transcription({ model: "nobody/x", file: speechSample() })).rejects.toMatchObject({
      code: "invalid_request",
      param: "model",
    });
  });

  test.each([
    ["a stream", () => Readable.from([speechSample()])],
    ["a web stream", () => new Blob([new Uint8Array(speechSample())]).stream()],
    ["nothing", () => undefined],
  ])("%s as file is refused with what to pass", async (_name, file) => {
    const transport = setUp();
    // Callers without types pass anything.
    const wrong = { ...options(transport), file: file() as unknown as Uint8Array };
    await expect(transcription(wrong)).rejects.toMatchObject({
      code: "invalid_request",
      param: "file",
      message: expect.stringMatching(/path.*bytes.*Blob/u) as string,
    });
    expect(transport.started()).toBe(0);
  });

  test.each([
    ["response_format", /'response_format'.*'responseFormat'/u],
    ["smart_format", /'smart_format'.*providerOptions/u],
  ])("the unknown option %s is refused", async (name, message) => {
    const transport = setUp();
    const wrong = { ...options(transport), [name]: "verbose_json" };
    await expect(transcription(wrong)).rejects.toMatchObject({
      code: "invalid_request",
      param: name,
      message: expect.stringMatching(message) as string,
    });
    expect(transport.started()).toBe(0);
  });
});

describe("the gateways of earlier calls", () => {
  const setUpKept = () => {
    const closed: string[] = [];
    const opened: string[] = [];
    const kept = keepGateways<{ readonly close: () => Promise<void> }>(2);
    const use = async (name: string, run = async (): Promise<unknown> => "done", key?: string) =>
      kept.use(
        key ?? name,
        () => {
          opened.push(name);
          return {
            close: async () => {
              closed.push(name);
            },
          };
        },
        run,
      );
    return { kept, use, opened, closed };
  };

  test("are used again, and closed from the longest unused on", async () => {
    const { use, opened, closed } = setUpKept();
    for (const name of ["a", "b", "a", "c", "a", "d"]) await use(name);
    expect(opened).toEqual(["a", "b", "c", "d"]);
    expect(closed).toEqual(["b", "c"]);
  });

  test("stay while they are at work, also when everything is closed", async () => {
    const { kept, use, closed } = setUpKept();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const working = use("a", () => promise);
    await use("b");
    await kept.close();
    expect(closed).toEqual(["b"]);
    resolve("done");
    await working;
    expect(closed).toEqual(["b", "a"]);
    await use("a");
    expect(closed).toEqual(["b", "a"]);
  });

  test("are closed after a failure too, and at once where nothing names them", async () => {
    const { kept, use, closed } = setUpKept();
    await expect(use("a", async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await kept.use(
      undefined,
      () => ({ close: async () => void closed.push("own") }),
      async () => 1,
    );
    expect(closed).toEqual(["own"]);
    await kept.close();
    expect(closed).toEqual(["own", "a"]);
  });
});
