import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileFromBytes } from "@earshot/audio";
import type { Transcript, TranscriptEvent } from "@earshot/core";
import { problemsOfTranscript } from "@earshot/provider-testkit";
import { afterAll, describe, expect, it, vi } from "vitest";
import { contextWith, requestFor } from "../test/local-request.ts";
import { madeSound } from "../test/made-sound.ts";
import { realModel } from "../test/real-model.ts";
import { hasSpeech, plainWords, speech } from "../test/speech.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { waveFile } from "../test/wave-file.ts";
import { createEngineShelf } from "./engine-shelf.ts";
import { createLocalProvider, localProvider } from "./local-provider.ts";
import type { LocalProvider } from "./local-provider.ts";

// Real speech takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { model, missing } = await realModel();
const recordings = hasSpeech();

const JFK =
  "and so my fellow americans ask not what your country can do for you ask what you can do for your country";

const opened: LocalProvider[] = [];

const open = (extra: Record<string, string | number> = {}): LocalProvider => {
  const provider = createLocalProvider({ extra });
  opened.push(provider);
  return provider;
};

afterAll(() => Promise.all(opened.map((provider) => provider.close())));

const doneOf = (events: readonly TranscriptEvent[]): Transcript | undefined =>
  events.flatMap((event) => (event.type === "done" ? [event.transcript] : []))[0];

const deltasOf = (events: readonly TranscriptEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === "delta" ? [event.text] : []));

describe("localProvider", () => {
  it("needs no key and creates a provider without touching anything", () => {
    const provider = localProvider.create({ id: "desk" });
    expect(provider).toMatchObject({ kind: "local", id: "desk", specVersion: 1 });
    expect(localProvider.requiresApiKey).toBe(false);
  });

  it("refuses wrong settings by their names", () => {
    expect(() => localProvider.create({ extra: { max_queue: -1 } })).toThrow("max_queue");
  });

  it("refuses a model that is not built in, and names those that are", () => {
    expect(() => localProvider.create({ model: "nope" })).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        param: "model",
        message: expect.stringMatching(/nope.*moonshine-tiny-en.*model_dir/u),
      }),
    );
    expect(() => localProvider.create({ model: "moonshine-tiny-en" })).not.toThrow();
  });

  it("refuses a model folder that is not there, and takes any name with one that is", async () => {
    const folder = await temporaryFolder();
    const withFolder = (folderName: string) =>
      localProvider.create({ model: "mine", extra: { model_dir: folderName } });
    expect(() => withFolder(join(folder, "nope"))).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        param: "model_dir",
        message: expect.stringContaining(join(folder, "nope")),
      }),
    );
    expect(() => withFolder(folder)).not.toThrow();
  });

  it("is unhealthy with a model or a folder that cannot work", async () => {
    const unknown = createLocalProvider({ model: "nope" });
    await expect(unknown.checkHealth(contextWith())).rejects.toThrow("moonshine-tiny-en");
    const folder = await temporaryFolder();
    const empty = createLocalProvider({ model: "mine", extra: { model_dir: folder } });
    await expect(empty.checkHealth(contextWith())).rejects.toThrow(folder);
  });
});

describe("createLocalProvider, before any audio is decoded", () => {
  const audio = waveFile(madeSound([1, 0.5]));

  it.each([
    [{ languages: ["fr"] }, "unsupported_feature", "language"],
    [{ task: "translate" as const }, "unsupported_feature", "model"],
    [
      { audio: { type: "url" as const, url: "https://a.example/x.wav" } },
      "unsupported_feature",
      "url",
    ],
    [
      { knownSpeakers: [{ name: "Ann", reference: "data:audio/wav;base64,AAAA" }] },
      "unsupported_feature",
      "known_speaker_names",
    ],
  ])("refuses %j", async (more, code, param) => {
    const shelf = createEngineShelf(() => {
      throw new Error("It must not get as far as an engine.");
    });
    const provider = createLocalProvider(
      { id: "desk" },
      {
        shelf,
        decode: () => {
          throw new Error("It must not decode.");
        },
      },
    );
    const answer = provider.transcribe(requestFor(audio, more), contextWith());
    await expect(answer).rejects.toMatchObject({ code, param });
  });

  it("ends at once when the client is already gone", async () => {
    const answer = open().transcribe(requestFor(audio), contextWith(AbortSignal.abort()));
    await expect(answer).rejects.toMatchObject({ code: "aborted" });
  });

  it("takes nothing on once it is closed", async () => {
    const provider = open();
    await provider.close();
    await provider.close();
    const answer = provider.transcribe(requestFor(audio), contextWith());
    await expect(answer).rejects.toMatchObject({ code: "aborted" });
  });

  it("knows no other model, and leaves nothing behind when asked for one", async () => {
    let closed = 0;
    const shelf = createEngineShelf();
    const counting = {
      lease: (spec: Parameters<typeof shelf.lease>[0]) => {
        const lease = shelf.lease(spec);
        return {
          ...lease,
          release: () => {
            closed++;
            return lease.release();
          },
        };
      },
    };
    const provider = createLocalProvider({}, { shelf: counting, decode: async function* () {} });
    const answer = provider.transcribe(requestFor(audio, { model: "nova-3" }), contextWith());
    await expect(answer).rejects.toMatchObject({
      code: "provider_model_not_found",
      provider: "local",
    });
    expect(closed).toBe(1);
  });
});

describe.skipIf(missing !== undefined)("createLocalProvider with the real model", () => {
  it("answers silence and a hum with an empty text and their length", async () => {
    const provider = open();
    for (const loudness of [0, 0.3]) {
      const audio = waveFile(madeSound([5, loudness]));
      const transcript = await provider.transcribe(requestFor(audio), contextWith());
      expect(transcript).toMatchObject({
        text: "",
        durationSeconds: 5,
        segments: [],
        language: "en",
      });
    }
  });

  it("tells junk from audio", async () => {
    const junk = fileFromBytes(Buffer.from("This is no audio at all, whatever its name."), "a.wav");
    await expect(open().transcribe(requestFor(junk), contextWith())).rejects.toMatchObject({
      code: expect.stringMatching(/audio_unreadable|unsupported_media/u),
    });
  });

  it("refuses more requests than its queue holds, and serves those it took", async () => {
    const provider = open({ max_concurrency: 1, max_queue: 1 });
    const audio = waveFile(madeSound([2, 0]));
    const answers = await Promise.allSettled(
      [1, 2, 3].map(() => provider.transcribe(requestFor(audio), contextWith())),
    );
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(answers[2]).toMatchObject({
      reason: { code: "queue_full", provider: "local", retryAfterMs: expect.any(Number) },
    });
  });

  it("lends one engine to two providers with the same settings", async () => {
    const [one, two] = [open({ max_queue: 7 }), open({ max_queue: 7 })];
    await Promise.all([one.preload(), two.preload()]);
    await one.close();
    const audio = waveFile(madeSound([1, 0]));
    expect(await two.transcribe(requestFor(audio), contextWith())).toMatchObject({ text: "" });
  });

  it("is healthy before and after its model is loaded", async () => {
    const provider = open({ max_queue: 9 });
    await expect(provider.checkHealth(contextWith())).resolves.toBeUndefined();
    await provider.preload();
    await expect(provider.checkHealth(contextWith())).resolves.toBeUndefined();
  });

  it("serves the same model from a folder, without the network", async () => {
    const folder = join(await temporaryFolder(), "copied");
    await mkdir(folder);
    for (const path of Object.values(model?.files ?? {})) {
      await symlink(path, join(folder, path.split("/").at(-1) ?? ""));
    }
    const provider = open({ model_dir: folder });
    const audio = waveFile(madeSound([1, 0]));
    expect(await provider.transcribe(requestFor(audio), contextWith())).toMatchObject({
      text: "",
      language: "en",
    });
    const french = provider.transcribe(requestFor(audio, { languages: ["fr"] }), contextWith());
    await expect(french).rejects.toMatchObject({ code: "unsupported_feature", param: "language" });
  });
});

describe.skipIf(missing !== undefined || !recordings)("createLocalProvider on real speech", () => {
  it("gets a clean recording word for word, with true times", async () => {
    const provider = open();
    const request = requestFor(await speech("jfk.wav"), { languages: ["en-US"], prompt: "names" });
    const transcript = await provider.transcribe(request, contextWith());
    expect(plainWords(transcript.text)).toBe(JFK);
    expect(problemsOfTranscript(transcript, 11)).toEqual([]);
    expect(transcript).toMatchObject({
      language: "en",
      durationSeconds: 11,
      wordTimesEstimated: true,
      warnings: [{ param: "prompt" }],
    });
    expect(transcript.words).toHaveLength(22);
    expect(transcript.segments?.[0]?.startSeconds).toBeCloseTo(0.3, 0);
  });

  it("gets the quiet recording with long pauses, phrase by phrase", async () => {
    const transcript = await open().transcribe(
      requestFor(await speech("vosk-test-digits.wav")),
      contextWith(),
    );
    const starts = transcript.segments?.map(({ startSeconds }) => Math.round(startSeconds));
    expect(starts).toEqual([1, 4, 6]);
    expect(plainWords(transcript.text)).toMatch(
      /zero zero zero one.*two one.*(?:018|zero one eight)/u,
    );
  });

  it("streams a delta for each chunk, which joined are the text", async () => {
    const request = requestFor(await speech("two_cities_16k.wav"), { stream: true });
    const events = await Array.fromAsync(open().stream(request, contextWith()));
    const deltas = deltasOf(events);
    expect(deltas.length).toBeGreaterThan(1);
    expect(events.at(-1)?.type).toBe("done");
    expect(deltas.join("")).toBe(doneOf(events)?.text);
    expect(plainWords(deltas[0] ?? "")).toMatch(/^it was the best of times/u);
    expect(doneOf(events)?.durationSeconds).toBeCloseTo(44.37, 1);
  });

  it("gives the same answers to several at once", async () => {
    const provider = open();
    const names = ["jfk.wav", "goforward.wav", "librivox-sense-0870.wav"];
    const texts = async (sameTime: boolean): Promise<readonly string[]> => {
      const transcribe = async (name: string): Promise<string> => {
        const answer = await provider.transcribe(requestFor(await speech(name)), contextWith());
        return answer.text;
      };
      if (sameTime) return Promise.all(names.map(transcribe));
      const answers: string[] = [];
      for (const name of names) answers.push(await transcribe(name));
      return answers;
    };
    expect(await texts(true)).toEqual(await texts(false));
  });

  it("lets the event loop turn while it works", async () => {
    const provider = open();
    const audio = await speech("two_cities_16k.wav");
    // Once before, so that only the work itself is watched.
    await provider.transcribe(requestFor(audio), contextWith());
    let turns = 0;
    const turning = setInterval(() => turns++, 5);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await provider.transcribe(requestFor(audio), contextWith());
    clearInterval(turning);
    // A decoder in this thread would hold it for a second or more.
    expect(delay.max / 1e6).toBeLessThan(500);
    expect(turns).toBeGreaterThan(10);
  });

  it("lets go of a request that is cancelled while it decodes, and serves the next", async () => {
    const provider = open();
    const leaving = new AbortController();
    const audio = await speech("two_cities_16k.wav");
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of provider.stream(requestFor(audio), contextWith(leaving.signal))) {
        seen.push(event.type);
        leaving.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
    expect(seen).toEqual(["delta"]);
    const next = await provider.transcribe(
      requestFor(await speech("goforward.wav")),
      contextWith(),
    );
    expect(plainWords(next.text)).toBe("go forward ten meters");
  });

  it("closes while it decodes, without waiting for the rest", async () => {
    const provider = open({ max_queue: 3 });
    await provider.preload();
    const audio = await speech("two_cities_16k.wav");
    const answer = provider.transcribe(requestFor(audio), contextWith());
    const outcome = Promise.allSettled([answer]);
    await new Promise((resolve) => setImmediate(resolve));
    await provider.close();
    expect(await outcome).toMatchObject([{ status: "rejected", reason: { code: "aborted" } }]);
  });
});
