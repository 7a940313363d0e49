import { sniffMediaType } from "@earshot/audio";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const HEAD_BYTES = 64;
const head = (...bytes: number[]): Uint8Array => {
  const all = new Uint8Array(HEAD_BYTES);
  all.set(bytes);
  return all;
};

/** What the formats that are told apart by a mark begin with; numbers are MPEG or ADTS frames. */
const marks = [
  "RIFF",
  "RF64",
  "BW64",
  "FORM",
  "riff",
  "ID3",
  "OggS",
  "fLaC",
  "#!AMR",
  "caff",
  ".snd",
];
const beginsLikeAudio = (bytes: Uint8Array): boolean => {
  const start = Buffer.from(bytes).toString("latin1");
  const isMarked = marks.some((mark) => start.startsWith(mark));
  const isFrame = bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0;
  const isBox = ["ftyp", "moov", "mdat", "wide"].includes(start.slice(4, 8));
  const isBinaryMark = ["\u001aE\u00df\u00a3", "0&\u00b2u"].some((mark) => start.startsWith(mark));
  return isMarked || isFrame || isBox || isBinaryMark;
};

describe("sniffMediaType", () => {
  it.each([
    ["nothing", new Uint8Array()],
    ["zeros", new Uint8Array(4096)],
    ["ones", new Uint8Array(4096).fill(0xff)],
    ["text", text("Four score and seven years ago our fathers brought forth on this continent")],
    ["HTML", text("<!DOCTYPE html><html><head><title>404</title></head><body></body></html>")],
    ["JSON", text(JSON.stringify({ error: { message: "Not found", type: "invalid_request" } }))],
    ["XML", text('<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code></Error>')],
    ["WebVTT", text("WEBVTT\n\n00:00.000 --> 00:01.000\nAnd so\n")],
    ["PNG", text("\u0089PNG\r\n\u001a\n")],
    ["JPEG", head(0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46)],
    ["PDF", text("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj")],
    ["ZIP", head(0x50, 0x4b, 0x03, 0x04, 0x14)],
    ["gzip", head(0x1f, 0x8b, 0x08)],
    ["text in UTF-16", head(0xff, 0xfe, 0x41, 0x00, 0x6e, 0x00, 0x64, 0x00)],
    ["AVI", text("RIFF\u0010\u0000\u0000\u0000AVI LIST")],
    ["WebP", text("RIFF\u0010\u0000\u0000\u0000WEBPVP8 ")],
  ])("knows that %s is no audio", (_, bytes) => {
    expect(sniffMediaType(bytes)).toBeUndefined();
    expect(sniffMediaType(bytes.subarray(0, HEAD_BYTES))).toBeUndefined();
  });

  it("tells ADTS from MP3, which begin alike", () => {
    // MPEG-4 AAC-LC at 44.1 kHz, stereo, a frame of 256 bytes; the same with a checksum; MPEG-2.
    for (const second of [0xf1, 0xf0, 0xf9]) {
      expect(sniffMediaType(head(0xff, second, 0x50, 0x80, 0x20, 0x1f, 0xfc))).toMatchObject({
        mediaType: "audio/aac",
        extension: "aac",
      });
    }
    // Layer 3 of MPEG-1 with and without a checksum, of MPEG-2 and of MPEG-2.5.
    for (const second of [0xfb, 0xfa, 0xf3, 0xe3]) {
      expect(sniffMediaType(head(0xff, second, 0x90, 0x00))).toMatchObject({
        mediaType: "audio/mpeg",
        extension: "mp3",
      });
    }
  });

  it("recognises formats that it only passes on", () => {
    const mediaTypeOf = (start: string): string | undefined => {
      const bytes = new Uint8Array(HEAD_BYTES);
      bytes.set(Buffer.from(start, "latin1"));
      return sniffMediaType(bytes)?.mediaType;
    };
    expect(mediaTypeOf("#!AMR\n")).toBe("audio/amr");
    expect(mediaTypeOf("#!AMR-WB\n")).toBe("audio/amr-wb");
    expect(mediaTypeOf("FORM\0\0\0\u0010AIFFCOMM")).toBe("audio/aiff");
    expect(mediaTypeOf("FORM\0\0\0\u0010AIFCFVER")).toBe("audio/aiff");
    expect(mediaTypeOf("caff\0\u0001\0\0desc")).toBe("audio/x-caf");
    expect(mediaTypeOf("\0\0\0\u0014ftypqt  ")).toBe("video/quicktime");
    expect(mediaTypeOf("\0\0\0\u0018ftypisom\0\0\0\0")).toBe("audio/mp4");
    expect(mediaTypeOf("\0\0\0\u0018ftyp3gp4\0\0\0\0")).toBe("audio/3gpp");
  });

  it("takes no bytes for audio that do not begin like it", () => {
    const junk = fc.uint8Array({ maxLength: 4096 }).filter((bytes) => !beginsLikeAudio(bytes));
    fc.assert(
      fc.property(junk, (bytes) => {
        expect(sniffMediaType(bytes)).toBeUndefined();
      }),
    );
  });

  it("looks at any bytes without a complaint", () => {
    const start = fc.constantFrom(
      ...marks,
      "\u00ff\u00fb",
      "\u00ff\u00f1",
      "\u001aE\u00df\u00a3",
      "\0\0\0\u0014ftyp",
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 128 }), (mark, rest) => {
        const found = sniffMediaType(Buffer.concat([Buffer.from(mark, "latin1"), rest]));
        expect(found === undefined || found.mediaType.includes("/")).toBe(true);
      }),
    );
  });

  it("takes no text for audio", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 200 }), (words) => {
        const bytes = text(words);
        fc.pre(!beginsLikeAudio(bytes));
        expect(sniffMediaType(bytes)).toBeUndefined();
      }),
    );
  });
});
