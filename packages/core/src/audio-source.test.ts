import { expect, test } from "vitest";
import { describedAs } from "./audio-source.ts";
import type { AudioFile } from "./audio-source.ts";

/** Audio that still arrives, and whose methods need their object. */
class Arriving implements AudioFile {
  readonly type = "file";
  readonly fileName = "upload";
  readonly mediaType = "application/octet-stream";
  readonly durationSeconds = undefined;
  sizeBytes: number | undefined = undefined;
  readonly #bytes = Uint8Array.of(1, 2, 3);

  async *open(): AsyncIterable<Uint8Array> {
    yield this.#bytes;
  }
  async read(start: number, end: number): Promise<Uint8Array> {
    return this.#bytes.subarray(start, end);
  }
}

test("audio described anew keeps what it is, and hears of its size when the original does", async () => {
  const upload = new Arriving();
  const named = describedAs(upload, { fileName: "talk.wav", mediaType: "audio/wav" });
  const measured = describedAs(named, { durationSeconds: 3, arrivedAtMs: () => 7 });
  expect(measured).toMatchObject({ fileName: "talk.wav", mediaType: "audio/wav" });
  expect([measured.sizeBytes, measured.durationSeconds]).toEqual([undefined, 3]);
  upload.sizeBytes = 3;
  expect([named.sizeBytes, measured.sizeBytes]).toEqual([3, 3]);
  expect(measured.arrivedAtMs?.()).toBe(7);
  expect(await measured.read?.(1, 3)).toEqual(Uint8Array.of(2, 3));
  const pieces: Uint8Array[] = [];
  for await (const piece of measured.open()) pieces.push(piece);
  expect(pieces).toEqual([Uint8Array.of(1, 2, 3)]);
});
