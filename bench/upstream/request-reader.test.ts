import { describe, expect, it } from "vitest";
import { createRequestReader } from "./request-reader.ts";

const HEAD = "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: mock\r\n";

/** The lengths of the bodies that the reader finds when it gets the pieces. */
const read = (...pieces: readonly string[]): readonly number[] => {
  const lengths: number[] = [];
  const reader = createRequestReader({
    begin: () => {},
    body: () => {},
    end: (bodyBytes) => lengths.push(bodyBytes),
  });
  for (const piece of pieces) reader(Buffer.from(piece, "latin1"));
  return lengths;
};

const cutEverywhere = (text: string): readonly (readonly [string, string])[] =>
  Array.from({ length: text.length - 1 }, (_, index) => [
    text.slice(0, index + 1),
    text.slice(index + 1),
  ]);

describe("createRequestReader", () => {
  it("counts a body of declared length, however it is cut", () => {
    const request = `${HEAD}Content-Length: 5\r\n\r\nhello`;
    for (const pieces of cutEverywhere(request)) expect(read(...pieces)).toEqual([5]);
  });

  it("counts a chunked body without the sizes of its chunks, however it is cut", () => {
    const request = `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0\r\n\r\n45678\r\n0\r\n\r\n`;
    for (const pieces of cutEverywhere(request)) expect(read(...pieces)).toEqual([15]);
  });

  it("reads one request after the other, also when they arrive together", () => {
    const request = `${HEAD}content-length: 2\r\n\r\nhi`;
    expect(read(request, request)).toEqual([2, 2]);
    expect(read(request + request)).toEqual([2, 2]);
  });

  it("does not end a request before its last byte", () => {
    expect(read(`${HEAD}content-length: 9\r\n\r\nhi`)).toEqual([]);
    expect(read(`${HEAD}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n`)).toEqual([]);
  });

  it("tells of the first bytes and passes on the body", () => {
    const seen: string[] = [];
    const reader = createRequestReader({
      begin: () => seen.push("begin"),
      body: (piece) => seen.push(piece.toString()),
      end: () => seen.push("end"),
    });
    for (const piece of [HEAD, "content-length: 5\r\n\r\nhe", "llo"]) reader(Buffer.from(piece));
    expect(seen).toEqual(["begin", "he", "llo", "end"]);
  });
});
