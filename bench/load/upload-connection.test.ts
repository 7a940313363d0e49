import { describe, expect, it } from "vitest";
import { createAnswerReader } from "./upload-connection.ts";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

describe("createAnswerReader", () => {
  it("waits for the declared length, however the answer is cut", () => {
    const answer = `${HEAD}Content-Length: 13\r\n\r\n{"text":"fox"}`.slice(0, -1);
    for (let cut = 1; cut < answer.length; cut++) {
      const read = createAnswerReader();
      expect(read(Buffer.from(answer.slice(0, cut)))).toBeUndefined();
      expect(read(Buffer.from(answer.slice(cut)))).toEqual({ status: 200, body: '{"text":"fox"' });
    }
  });

  it("waits for the last chunk", () => {
    const read = createAnswerReader();
    expect(read(Buffer.from(`${HEAD}transfer-encoding: chunked\r\n\r\n3\r\nfox`))).toBeUndefined();
    expect(read(Buffer.from("\r\n0\r\n\r\n"))?.body).toContain("fox");
  });

  it("reads one answer after the other and passes over an invitation to go on", () => {
    const read = createAnswerReader();
    const refusal = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
    expect(read(Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${refusal}`))?.status).toBe(413);
    expect(read(Buffer.from(`${HEAD}content-length: 0\r\n\r\n`))).toEqual({
      status: 200,
      body: "",
    });
  });
});
