import { expect, test } from "vitest";
import { parsePartHeaders } from "./part-headers.ts";

test.each([
  [
    "curl",
    'Content-Disposition: form-data; name="file"; filename="añ日本.wav"\r\nContent-Type: application/octet-stream\r\n',
    { name: "file", fileName: "añ日本.wav", mediaType: "application/octet-stream" },
  ],
  [
    "a browser that records",
    'Content-Disposition: form-data; name="file"; filename="recording.webm"\r\nContent-Type: audio/webm;codecs=opus',
    { name: "file", fileName: "recording.webm", mediaType: "audio/webm" },
  ],
  [
    ".NET, without quotes and with both names",
    "Content-Type: audio/wav\r\nContent-Disposition: form-data; name=file; filename=a.wav; filename*=utf-8''a%C3%B1.wav",
    { name: "file", fileName: "añ.wav", mediaType: "audio/wav" },
  ],
  [
    "python-requests, without a type",
    'Content-Disposition: form-data; name="file"; filename="a.mp3"',
    { name: "file", fileName: "a.mp3", mediaType: undefined },
  ],
  [
    "Java's, which say that bytes are bytes",
    'Content-Disposition: form-data; name="file"; filename="a.mp3"\r\nContent-Transfer-Encoding: binary',
    { name: "file", fileName: "a.mp3", mediaType: undefined },
  ],
  [
    "an escaped quote, in both spellings",
    'content-disposition: form-data; name="file"; filename="a\\"b%22c.wav"',
    { name: "file", fileName: 'a"b"c.wav', mediaType: undefined },
  ],
  [
    "a plain field",
    'Content-Disposition: form-data; name="timestamp_granularities[]"',
    { name: "timestamp_granularities[]", fileName: undefined, mediaType: undefined },
  ],
])("reads the part headers of %s", (_, text, expected) => {
  expect(parsePartHeaders(text)).toEqual(expected);
});

test.each([
  ["Content-Transfer-Encoding: base64", /Content-Transfer-Encoding base64.*as they are/u],
  ["content-transfer-encoding:  Quoted-Printable ", /Quoted-Printable/u],
  ["Content-Type: multipart/mixed; boundary=inner", /is itself multipart\/mixed/u],
])("refuses a part that has to be unpacked: %s", (line, message) => {
  const text = `Content-Disposition: form-data; name="file"\r\n${line}`;
  expect(() => parsePartHeaders(text)).toThrow(message);
});
