import type { AudioFile } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { encodeMultipart } from "./encode-body.ts";
import type { EncodedBody } from "./encode-body.ts";

const audioOf = (chunks: readonly Uint8Array[], overrides: Partial<AudioFile> = {}): AudioFile => ({
  type: "file",
  fileName: "talk.wav",
  mediaType: "audio/wav",
  sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
  durationSeconds: undefined,
  async *open() {
    yield* chunks;
  },
  ...overrides,
});

const collect = async (encoded: EncodedBody): Promise<Uint8Array[]> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encoded.open()) chunks.push(chunk);
  return chunks;
};

const textOf = async (encoded: EncodedBody): Promise<string> =>
  new Blob((await collect(encoded)).map((chunk) => new Uint8Array(chunk))).text();

const parse = async (encoded: EncodedBody & { contentType: string }): Promise<FormData> =>
  new Response(await textOf(encoded), {
    headers: { "content-type": encoded.contentType },
  }).formData();

describe("encodeMultipart", () => {
  test("writes the fields in order, then the file", async () => {
    const audio = audioOf([new TextEncoder().encode("AUDIO")]);
    const encoded = encodeMultipart(
      [
        ["model", "whisper-1"],
        ["include[]", "a"],
        ["include[]", "b"],
      ],
      { name: "file", audio },
      "B",
    );
    const lines = [
      "--B",
      'Content-Disposition: form-data; name="model"',
      "",
      "whisper-1",
      "--B",
      'Content-Disposition: form-data; name="include[]"',
      "",
      "a",
      "--B",
      'Content-Disposition: form-data; name="include[]"',
      "",
      "b",
      "--B",
      'Content-Disposition: form-data; name="file"; filename="talk.wav"',
      "Content-Type: audio/wav",
      "",
      "AUDIO",
      "--B--",
      "",
    ];
    expect(await textOf(encoded)).toBe(lines.join("\r\n"));
    expect(encoded.contentType).toBe("multipart/form-data; boundary=B");
  });

  test("an independent parser reads what was written", async () => {
    const audio = audioOf([new TextEncoder().encode("x")], { fileName: "Ünïcode 講演.wav" });
    const form = await parse(
      encodeMultipart([["prompt", 'Zeile 1\nZeile 2 "quoted" 🎧']], { name: "file", audio }),
    );
    expect(form.get("prompt")).toBe('Zeile 1\nZeile 2 "quoted" 🎧');
    const file = form.get("file");
    expect(file).toBeInstanceOf(File);
    expect(file).toMatchObject({ name: "Ünïcode 講演.wav", type: "audio/wav" });
  });

  test.each([
    ['a"b.wav', "a%22b.wav"],
    ["a\r\nX-Evil: 1.wav", "a%0D%0AX-Evil: 1.wav"],
    ["a\\b%22.wav", "a\\b%22.wav"],
    ["a\u0000b.wav", "a%00b.wav"],
  ])("the file name %j cannot break out of its header", async (fileName, escaped) => {
    const encoded = encodeMultipart([], { name: "file", audio: audioOf([], { fileName }) }, "B");
    expect(await textOf(encoded)).toContain(`filename="${escaped}"\r\nContent-Type`);
  });

  test("a field name cannot break out either", async () => {
    const encoded = encodeMultipart([['a"\r\nb', "v"]], undefined, "B");
    expect(await textOf(encoded)).toContain('name="a%22%0D%0Ab"\r\n\r\nv\r\n');
  });

  test.each(["audio/wav\r\nX-Evil: 1", "", "nonsense", "audio/wäv"])(
    "the media type %j is replaced",
    async (mediaType) => {
      const encoded = encodeMultipart([], { name: "file", audio: audioOf([], { mediaType }) }, "B");
      expect(await textOf(encoded)).toContain("\r\nContent-Type: application/octet-stream\r\n\r\n");
    },
  );

  test("the size is exact, also with characters of several bytes", async () => {
    const chunks = [new Uint8Array(70_000).fill(1), new Uint8Array(3)];
    const encoded = encodeMultipart([["prompt", "日本語"]], {
      name: "file",
      audio: audioOf(chunks),
    });
    const sizes = (await collect(encoded)).map((chunk) => chunk.byteLength);
    expect(encoded.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  test("without a file it is a complete form of known size", async () => {
    const encoded = encodeMultipart([["a", "1"]], undefined);
    expect((await parse(encoded)).get("a")).toBe("1");
    expect(encoded.sizeBytes).toBe((await textOf(encoded)).length);
  });

  test("the size is unknown while the audio arrives", () => {
    const audio = audioOf([], { sizeBytes: undefined });
    expect(encodeMultipart([], { name: "file", audio }).sizeBytes).toBeUndefined();
  });

  test("the audio's chunks are passed on, not copied, and may be read again", async () => {
    const chunk = new Uint8Array(1000);
    const encoded = encodeMultipart([], { name: "file", audio: audioOf([chunk]) });
    expect((await collect(encoded))[1]).toBe(chunk);
    expect((await collect(encoded))[1]).toBe(chunk);
  });

  test("reading stops at the source when the reader stops", async () => {
    let closed = false;
    const audio = audioOf([], {
      async *open() {
        try {
          for (;;) yield new Uint8Array(1);
        } finally {
          closed = true;
        }
      },
    });
    let count = 0;
    for await (const chunk of encodeMultipart([], { name: "file", audio }).open()) {
      count += chunk.byteLength > 0 ? 1 : 0;
      if (count === 3) break;
    }
    expect(closed).toBe(true);
  });

  test("every form has a boundary of its own", () => {
    expect(encodeMultipart([], undefined).contentType).not.toBe(
      encodeMultipart([], undefined).contentType,
    );
  });
});
