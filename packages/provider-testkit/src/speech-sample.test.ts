import { expect, test } from "vitest";
import { sha256Of } from "./recorded-call.ts";
import { createAudioSample, speechSample } from "./speech-sample.ts";

test("a sample is a WAV file of its length that is not silent", () => {
  const bytes = speechSample({ seconds: 2 });
  const view = new DataView(bytes.buffer);
  const tag = (at: number): string => new TextDecoder().decode(bytes.subarray(at, at + 4));
  expect([tag(0), tag(8), tag(36)]).toEqual(["RIFF", "WAVE", "data"]);
  expect(view.getUint32(4, true)).toBe(bytes.byteLength - 8);
  expect(view.getUint32(24, true)).toBe(16_000);
  expect(view.getUint32(40, true)).toBe(2 * 16_000 * 2);
  const peak = Math.max(...new Int16Array(bytes.buffer, 44).map(Math.abs));
  expect(peak).toBeGreaterThan(10_000);
});

test("other tones are other bytes, the same tone the same", () => {
  const hash = (frequency: number): string => sha256Of(speechSample({ frequency, seconds: 0.1 }));
  expect(hash(220)).toBe(hash(220));
  expect(hash(220)).not.toBe(hash(221));
});

test("audio is readable again, and knows its readers", async () => {
  const audio = createAudioSample({ chunks: 3 });
  const read = async (): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of audio.file.open()) chunks.push(chunk);
    expect(chunks).toHaveLength(3);
    return sha256Of(Buffer.concat(chunks));
  };
  expect(await read()).toBe(audio.sha256);
  expect(await read()).toBe(audio.sha256);
  expect(audio.opens()).toBe(2);
  const iterator = audio.file.open()[Symbol.asyncIterator]();
  await iterator.next();
  expect(audio.openReaders()).toBe(1);
  await iterator.return?.();
  expect(audio.openReaders()).toBe(0);
});
