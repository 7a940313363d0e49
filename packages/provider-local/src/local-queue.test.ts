import { decodeAudio } from "@earshot/audio";
import type { AudioFile, Transcript, TranscriptEvent } from "@earshot/core";
import { createVirtualClock, settle } from "@earshot/provider-testkit";
import type { VirtualClock } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { createFakeEngine } from "../test/fake-engine.ts";
import type { FakeEngine } from "../test/fake-engine.ts";
import { contextWith, requestFor } from "../test/local-request.ts";
import { silentFlac } from "../test/silent-flac.ts";
import { SAMPLE_RATE } from "./engine/speech-engine.ts";
import { createLocalProvider } from "./local-provider.ts";
import type { LocalProvider } from "./local-provider.ts";

/** Audio of so many seconds, which may state another length. */
interface Recording {
  readonly seconds: number;
  /** What a look at the file tells; default: the truth. Undefined: nothing, ever. */
  readonly stated?: number | undefined;
}

const recordings = new WeakMap<object, Recording>();

const fileOf = (recording: Recording): AudioFile => {
  const read = async (): Promise<Uint8Array> => new Uint8Array();
  const file: AudioFile = {
    type: "file",
    fileName: "a.flac",
    mediaType: "audio/flac",
    sizeBytes: 1000,
    durationSeconds: undefined,
    open: async function* () {},
    read,
  };
  recordings.set(file, recording);
  return file;
};

const details = { container: "flac", mediaType: "audio/flac", codec: "flac" } as const;

interface Setup {
  readonly clock: VirtualClock;
  readonly engine: FakeEngine;
  readonly provider: LocalProvider;
  /** Seconds that were decoded from files. */
  readonly read: () => number;
  readonly transcribe: (
    recording: Recording,
    options?: { readonly caller?: string; readonly signal?: AbortSignal },
  ) => Promise<Transcript>;
  readonly stream: (recording: Recording) => AsyncIterator<TranscriptEvent>;
}

const setUp = (extra: Readonly<Record<string, number>> = {}, decoders = 1): Setup => {
  const clock = createVirtualClock();
  const engine = createFakeEngine(clock, decoders);
  let readSeconds = 0;
  const recordingOf = (file: AudioFile): Recording => recordings.get(file) ?? { seconds: 0 };
  const provider = createLocalProvider(
    { extra },
    {
      shelf: engine.shelf,
      probe: (file) => {
        const recording = recordingOf(file);
        const stated = "stated" in recording ? recording.stated : recording.seconds;
        return stated === undefined
          ? new Promise(() => {})
          : Promise.resolve({ ...details, durationSeconds: stated, sampleRate: 1, channels: 1 });
      },
      decode: async function* (file) {
        for (let second = 0; second < recordingOf(file).seconds; second++) {
          readSeconds++;
          yield new Float32Array(SAMPLE_RATE);
        }
      },
    },
  );
  return {
    clock,
    engine,
    provider,
    read: () => readSeconds,
    transcribe: (recording, { caller, signal } = {}) =>
      provider.transcribe(requestFor(fileOf(recording)), { ...contextWith(signal), clock, caller }),
    stream: (recording) => {
      const request = requestFor(fileOf(recording), { stream: true });
      const events = provider.stream(request, { ...contextWith(), clock });
      return events[Symbol.asyncIterator]();
    },
  };
};

/** What has become of promises, without waiting for them. */
const watch = (promises: readonly Promise<unknown>[]) => {
  const states = promises.map(() => "pending");
  promises.forEach((promise, index) => {
    const note = (state: string) => () => void (states[index] = state);
    promise.then(note("done"), note("failed"));
  });
  return {
    count: (state: string) => states.filter((each) => each === state).length,
  };
};

/** Asked for before it is there, so that nobody misses it. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const times = <T>(count: number, make: () => T): readonly T[] =>
  Array.from({ length: count }, make);

describe("a limit on the length of audio", () => {
  const HOURS_68 = 68 * 3600;

  it("refuses before any decoding what states more", async () => {
    const { transcribe, read, engine } = setUp();
    await expect(transcribe({ seconds: 5, stated: HOURS_68 })).rejects.toMatchObject({
      code: "audio_too_long",
      provider: "local",
      param: "file",
      message: expect.stringMatching(/244800 seconds long.*14400 seconds.*max_audio_seconds/u),
    });
    expect(read()).toBe(0);
    expect(engine.decoded).toEqual([]);
  });

  it.each([
    ["states less", 5],
    ["states nothing", 0],
    ["is never done being looked at", undefined],
  ])("ends what decodes to more, although its file %s", async (_, stated) => {
    const { transcribe, clock, read } = setUp({ max_audio_seconds: 60 });
    const answer = transcribe({ seconds: HOURS_68, stated });
    const refused = failureOf(answer);
    await clock.advance(60_000);
    expect(await refused).toMatchObject({
      code: "audio_too_long",
      message: expect.stringMatching(/longer than 60 seconds.*max_audio_seconds/u),
    });
    expect(read()).toBeLessThan(70);
  });

  it("ends what turns out too long while it is still arriving", async () => {
    const clock = createVirtualClock();
    const engine = createFakeEngine(clock);
    const length = Promise.withResolvers<number>();
    const provider = createLocalProvider(
      { extra: { max_audio_seconds: 60 } },
      {
        shelf: engine.shelf,
        probe: async () => ({
          ...details,
          durationSeconds: await length.promise,
          sampleRate: 1,
          channels: 1,
        }),
        decode: async function* (_, { signal }) {
          for (let second = 0; second < 30; second++) yield new Float32Array(SAMPLE_RATE);
          await clock.sleep(3_600_000, signal);
        },
      },
    );
    const request = requestFor(fileOf({ seconds: 30 }));
    const answer = provider.transcribe(request, { ...contextWith(), clock });
    const refused = failureOf(answer);
    await clock.advance(5000);
    expect(engine.decoded.length).toBeGreaterThan(0);
    length.resolve(HOURS_68);
    await settle(2);
    // Its place is free at once.
    const next = provider.transcribe(request, { ...contextWith(), clock }).catch(() => {});
    await provider.close();
    await next;
    expect(await refused).toMatchObject({ code: "audio_too_long" });
  });

  it("lets audio of exactly the limit through, and what encoders add to it", async () => {
    const { transcribe, clock } = setUp({ max_audio_seconds: 60 });
    const answers = [transcribe({ seconds: 60 }), transcribe({ seconds: 61, stated: 60 })];
    await clock.advance(60_000);
    expect((await Promise.all(answers)).map((each) => each.durationSeconds)).toEqual([60, 61]);
  });
});

describe("a FLAC file of 68 hours in 0.9 MB", () => {
  const open = (audio: AudioFile, extra: Readonly<Record<string, number>> = {}) => {
    const clock = createVirtualClock();
    const engine = createFakeEngine(clock);
    const parts = { shelf: engine.shelf, decode: decodeAudio };
    const provider = createLocalProvider({ extra }, parts);
    const answer = provider.transcribe(requestFor(audio), { ...contextWith(), clock });
    return { clock, engine, failure: failureOf(answer) };
  };

  it("is refused before any decoding", async () => {
    const audio = silentFlac(68 * 3600);
    expect(audio.sizeBytes).toBeLessThan(1_000_000);
    const { engine, failure } = open(audio);
    expect(await failure).toMatchObject({ code: "audio_too_long", param: "file" });
    expect(engine.decoded).toEqual([]);
  });

  it("is given up at the limit when its header states five seconds", async () => {
    const { clock, engine, failure } = open(silentFlac(68 * 3600, 5), { max_audio_seconds: 60 });
    const state = watch([failure]);
    // The file is really decoded, which takes its own time.
    while (state.count("pending") > 0) await clock.advance(3000);
    expect(await failure).toMatchObject({ code: "audio_too_long" });
    expect(engine.decoded.length).toBeLessThan(6);
  });
});

describe("a fair queue", () => {
  it.each([
    ["another caller", "ben"],
    ["the same caller", "ann"],
  ])("serves a short dictation of %s while fifty long files wait", async (_, caller) => {
    const { transcribe, clock } = setUp();
    const long = watch(times(50, () => transcribe({ seconds: 600 }, { caller: "ann" })));
    await clock.advance(10_000);
    // 33 have places, the others were told to come again.
    expect(long.count("pending")).toBe(33);
    expect(long.count("failed")).toBe(17);
    const short = watch([transcribe({ seconds: 5 }, { caller })]);
    // The chunk under way, at most 2.4 s, and its own 0.5 s.
    await clock.advance(3000);
    expect(short.count("done")).toBe(1);
    expect(long.count("done")).toBe(0);
  });

  it("serves callers that nobody knows as one", async () => {
    const { transcribe, clock } = setUp({ max_queue: 1 });
    const all = watch(times(5, () => transcribe({ seconds: 600 })));
    await clock.advance(100);
    expect(all.count("failed")).toBe(3);
  });

  it("answers a full queue with the time that it takes, which is no sickness", async () => {
    const { transcribe, clock } = setUp({ max_queue: 2 }, 1);
    const taken = watch(times(3, () => transcribe({ seconds: 600 })));
    await clock.advance(30_000);
    await expect(transcribe({ seconds: 600 })).rejects.toMatchObject({
      code: "queue_full",
      provider: "local",
      // 1800 s of audio less what was done in 30 s, ten times as fast as speech.
      retryAfterMs: expect.toSatisfy((ms: number) => ms > 140_000 && ms < 160_000),
    });
    expect(taken.count("pending")).toBe(3);
  });

  it("frees the place of a client that leaves at once, wherever it is", async () => {
    const { transcribe, clock } = setUp({ max_queue: 1 });
    const leaving = [new AbortController(), new AbortController()];
    const gone = watch(leaving.map(({ signal }) => transcribe({ seconds: 600 }, { signal })));
    await clock.advance(1000);
    await expect(transcribe({ seconds: 600 })).rejects.toMatchObject({ code: "queue_full" });
    for (const each of leaving) each.abort();
    await settle();
    expect(gone.count("failed")).toBe(2);
    const next = watch([transcribe({ seconds: 20 }), transcribe({ seconds: 20 })]);
    await clock.advance(8000);
    expect(next.count("done")).toBe(2);
  });

  it("goes on with the others after the engine crashed under one", async () => {
    const { transcribe, clock, engine } = setUp();
    const hit = transcribe({ seconds: 600 }, { caller: "ann" });
    const failed = failureOf(hit);
    await clock.advance(100);
    const others = watch(times(2, () => transcribe({ seconds: 20 }, { caller: "ben" })));
    await clock.advance(500);
    engine.crash();
    expect(await failed).toMatchObject({ code: "provider_error" });
    await clock.advance(6000);
    expect(others.count("done")).toBe(2);
  });

  it("sends all away when it closes", async () => {
    const { transcribe, clock, provider } = setUp();
    const all = watch(times(5, () => transcribe({ seconds: 600 })));
    await clock.advance(1000);
    await provider.close();
    await settle();
    expect(all.count("failed")).toBe(5);
  });

  it("does not wait for a client that reads its events slowly, or never", async () => {
    const { stream, transcribe, clock, engine } = setUp({ max_queue: 0 });
    const events = stream({ seconds: 120 });
    const first = events.next();
    await clock.advance(3000);
    expect(await first).toMatchObject({ value: { type: "delta" } });
    await clock.advance(20_000);
    expect(engine.decoded.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(120);
    const other = watch([transcribe({ seconds: 20 })]);
    await clock.advance(3000);
    expect(other.count("done")).toBe(1);
    const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => events });
    expect(rest.at(-1)).toMatchObject({ type: "done", transcript: { durationSeconds: 120 } });
  });

  it("stops working for a client that stops reading", async () => {
    const { stream, clock, engine } = setUp();
    const events = stream({ seconds: 600 });
    const first = events.next();
    await clock.advance(3000);
    await first;
    await events.return?.();
    await clock.advance(60_000);
    expect(engine.decoded.length).toBeLessThan(4);
  });

  it("holds one chunk of each request that waits, however many do", async () => {
    const { transcribe, clock, read } = setUp();
    const all = watch(times(30, () => transcribe({ seconds: 600 })));
    await clock.advance(100);
    expect(all.count("pending")).toBe(30);
    // 24 s for each, and the next 24 s for the one that is worked on.
    expect(read()).toBeLessThan(31 * 26);
  });
});
