import { setImmediate } from "node:timers/promises";
import { decodeAudio, fileFromBytes } from "@earshot/audio";
import type { AudioFile } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { collectSamples, energyDb } from "./samples.ts";
import { watchFile } from "./watched-file.ts";
import { tone, waveBytes } from "./wave-bytes.ts";

const CD_RATE = 44_100;
const soundAt = (frequencyHz: number, sampleRate = CD_RATE, seconds = 1): AudioFile =>
  fileFromBytes(waveBytes(tone(frequencyHz, sampleRate, seconds), { sampleRate }), "tone.wav");
/** Without the ends, where the sound begins and ends at once and so has all frequencies. */
const withoutEnds = (samples: Float32Array): Float32Array =>
  samples.subarray(1600, samples.length - 1600);
const TONE_DB = 10 * Math.log10(0.125);
/** Gives everything that may still be running many turns. */
const manyTurns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await setImmediate();
};

describe("decodeAudio", () => {
  it.each([100, 1000, 3400])("keeps a tone of %i Hz as it was", async (frequency) => {
    const samples = withoutEnds(await collectSamples(decodeAudio(soundAt(frequency))));
    const expected = tone(frequency, 16_000, 1).subarray(1600, 14_400);
    const difference = samples.map((sample, index) => sample - (expected[index] ?? 0));
    expect(energyDb(difference)).toBeLessThan(-40);
  });

  it("keeps a tone of 7000 Hz, which is near the highest that fits", async () => {
    const samples = withoutEnds(await collectSamples(decodeAudio(soundAt(7000))));
    expect(Math.abs(energyDb(samples) - TONE_DB)).toBeLessThan(1);
  });

  it.each([9000, 12_000, 15_000, 20_000])(
    "leaves no trace of a tone of %i Hz",
    async (frequency) => {
      const samples = withoutEnds(await collectSamples(decodeAudio(soundAt(frequency))));
      expect(samples).not.toHaveLength(0);
      expect(energyDb(samples)).toBeLessThan(-40);
    },
  );

  it.each([8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000])(
    "makes 16 kHz out of %i Hz without a change of length",
    async (sampleRate) => {
      const samples = await collectSamples(decodeAudio(soundAt(440, sampleRate)));
      expect(Math.abs(samples.length - 16_000)).toBeLessThanOrEqual(1);
      expect(energyDb(withoutEnds(samples))).toBeCloseTo(TONE_DB, 1);
    },
  );

  it("yields pieces of a second, the last one shorter", async () => {
    const lengths: number[] = [];
    for await (const { length } of decodeAudio(soundAt(440, 48_000, 2.5))) lengths.push(length);
    expect(lengths).toEqual([16_000, 16_000, 8000]);
  });

  it("mixes channels by halves", async () => {
    const [left, right] = [tone(440, 16_000, 1), tone(1000, 16_000, 1)];
    const both = Float32Array.from({ length: 32_000 }, (_, index) => {
      const channel = index % 2 === 0 ? left : right;
      return channel[index >> 1] ?? 0;
    });
    const file = fileFromBytes(waveBytes(both, { channels: 2 }), "stereo.wav");
    const samples = await collectSamples(decodeAudio(file));
    expect(samples).toHaveLength(16_000);
    const rest = samples.map(
      (value, index) => value - ((left[index] ?? 0) + (right[index] ?? 0)) / 2,
    );
    expect(energyDb(rest)).toBeLessThan(-60);
  });

  it("hears the same in audio that can only be read in order, and closes it", async () => {
    const bytes = waveBytes(tone(440, CD_RATE, 1.5), { sampleRate: CD_RATE });
    const watched = watchFile(bytes, { isStreamOnly: true, pieceBytes: 777 });
    const samples = await collectSamples(decodeAudio(watched.file));
    expect(samples).toEqual(await collectSamples(decodeAudio(fileFromBytes(bytes, "a.wav"))));
    expect(watched.openStreams()).toBe(0);
  });

  it("hears the same when a source answers with less than it was asked for", async () => {
    const bytes = waveBytes(tone(440, CD_RATE, 1.5), { sampleRate: CD_RATE });
    const whole = fileFromBytes(bytes, "a.wav");
    const read = (start: number, end: number): Promise<Uint8Array> =>
      Promise.resolve(bytes.slice(start, Math.min(end, start + 1000)));
    const samples = await collectSamples(decodeAudio({ ...whole, read }));
    expect(samples).toEqual(await collectSamples(decodeAudio(whole)));
  });

  it("does nothing before it is asked for samples", async () => {
    const watched = watchFile(waveBytes(tone(440, 16_000, 1)));
    const samples = decodeAudio(watched.file);
    await manyTurns();
    expect(watched.readCount()).toBe(0);
    await samples.return();
    expect(watched.readCount()).toBe(0);
  });

  it("reads no further than it is listened to", async () => {
    const bytes = waveBytes(tone(440, CD_RATE, 60), { sampleRate: CD_RATE });
    const whole = watchFile(bytes);
    await collectSamples(decodeAudio(whole.file));
    const watched = watchFile(bytes);
    for await (const piece of decodeAudio(watched.file)) {
      expect(piece).toHaveLength(16_000);
      break;
    }
    const readCount = watched.readCount();
    expect(readCount).toBeLessThan(whole.readCount() / 2);
    await manyTurns();
    expect(watched.readCount()).toBe(readCount);
  });

  it("rejects with `aborted` before, between and during reads, and stops reading", async () => {
    const bytes = waveBytes(tone(440, CD_RATE, 60), { sampleRate: CD_RATE });
    const aborted = { name: "TranscriptionError", code: "aborted" };
    const before = decodeAudio(watchFile(bytes).file, { signal: AbortSignal.abort() });
    await expect(before.next()).rejects.toMatchObject(aborted);

    const controller = new AbortController();
    const watched = watchFile(bytes);
    const between = decodeAudio(watched.file, { signal: controller.signal });
    expect((await between.next()).value).toHaveLength(16_000);
    controller.abort();
    await expect(collectSamples(between)).rejects.toMatchObject(aborted);
    const readCount = watched.readCount();
    await manyTurns();
    expect(watched.readCount()).toBe(readCount);
    expect(await between.next()).toEqual({ done: true, value: undefined });
  });

  it.each([true, false])(
    "can be aborted while nothing arrives (in order only: %s)",
    async (only) => {
      const bytes = waveBytes(tone(440, CD_RATE, 10), { sampleRate: CD_RATE });
      const controller = new AbortController();
      const { file } = watchFile(bytes, { isStreamOnly: only, stallsAt: 300_000 });
      const all = collectSamples(decodeAudio(file, { signal: controller.signal }));
      const [error] = await Promise.all([
        all.catch((reason: unknown) => reason),
        manyTurns().then(() => controller.abort()),
      ]);
      expect(error).toMatchObject({ name: "TranscriptionError", code: "aborted" });
    },
  );

  it("takes its listener off the signal", async () => {
    let listeners = 0;
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => {
        listeners += 1;
        add(...args);
      },
      removeEventListener: (...args: Parameters<typeof remove>) => {
        listeners -= 1;
        remove(...args);
      },
    });
    await collectSamples(decodeAudio(soundAt(440), { signal }));
    await manyTurns();
    expect(listeners).toBe(0);
  });
});
