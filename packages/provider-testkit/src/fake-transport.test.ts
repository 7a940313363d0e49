import type { HttpCall } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { createFakeTransport } from "./fake-transport.ts";
import { audioOf, fieldValues, queryValues } from "./recorded-call.ts";
import { createAudioSample } from "./speech-sample.ts";

const live = (): AbortSignal => new AbortController().signal;

const callOf = (body: HttpCall["body"], url = "https://api.example/v1/x"): HttpCall => ({
  method: "POST",
  url,
  headers: { authorization: "Token t" },
  body,
});

const read = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text;
};

describe("createFakeTransport", () => {
  test("hands the vendor a decoded form", async () => {
    const audio = createAudioSample();
    const transport = createFakeTransport((call) => ({ body: { seen: fieldValues(call, "x") } }));
    const fields = [
      ["x", "1"],
      ["x", "2"],
    ] as const;
    const body = { type: "multipart", fields, file: { name: "file", audio: audio.file } } as const;
    const url = "https://api.example/v1/a%20b?m=1&m=%C3%A4";
    const response = await transport.send(callOf(body, url), live());
    expect(await read(response.body)).toBe('{"seen":["1","2"]}');
    expect(response.header("Content-Type")).toBe("application/json");
    const [call] = transport.calls;
    if (call === undefined) throw new Error("nothing was recorded");
    expect(call).toMatchObject({
      method: "POST",
      path: "/v1/a%20b",
      headers: { authorization: "Token t" },
    });
    expect(queryValues(call, "m")).toEqual(["1", "ä"]);
    expect(audioOf(call)?.sha256).toBe(audio.sha256);
    expect(call.body).toMatchObject({ filesLast: true, files: [{ fileName: "talk.wav" }] });
  });

  test("knows raw, json and empty bodies", async () => {
    const transport = createFakeTransport(() => ({}));
    const audio = createAudioSample();
    await transport.send(
      callOf({ type: "raw", audio: audio.file, contentType: "audio/wav" }),
      live(),
    );
    await transport.send(callOf({ type: "json", value: { a: 1 } }), live());
    await transport.send(callOf({ type: "none" }), live());
    expect(transport.calls.map(({ body }) => body)).toEqual([
      { type: "raw", sizeBytes: audio.file.sizeBytes, sha256: audio.sha256 },
      { type: "json", value: { a: 1 } },
      { type: "none" },
    ]);
  });

  test("refuses audio whose size is not what was announced", async () => {
    const transport = createFakeTransport(() => ({}));
    const { file } = createAudioSample({ overrides: { sizeBytes: 7 } });
    const call = callOf({ type: "raw", audio: file, contentType: "audio/wav" });
    await expect(transport.send(call, live())).rejects.toThrow("7 were announced");
  });

  test("sends bodies in pieces, and ends them as it is told", async () => {
    const transport = createFakeTransport((_call, index) => ({
      body: "abcdef",
      pieceBytes: 4,
      ending: index === 0 ? "complete" : "broken",
    }));
    const first = await transport.send(callOf({ type: "none" }), live());
    const pieces: number[] = [];
    for await (const piece of first.body) pieces.push(piece.byteLength);
    expect(pieces).toEqual([4, 2]);
    const second = await transport.send(callOf({ type: "none" }), live());
    await expect(read(second.body)).rejects.toMatchObject({ code: "network" });
    expect(transport.openBodies()).toBe(0);
  });

  test("ends at once when it is cancelled, at every stage", async () => {
    const controller = new AbortController();
    const silent = createFakeTransport(() => ({ silent: true }));
    const waiting = silent.send(callOf({ type: "none" }), controller.signal);
    const hanging = createFakeTransport(() => ({ body: "a", ending: "hang" }));
    const response = await hanging.send(callOf({ type: "none" }), controller.signal);
    const reading = read(response.body);
    const stuck = createAudioSample({ onChunk: () => new Promise(() => {}) });
    const body = { type: "raw", audio: stuck.file, contentType: "audio/wav" } as const;
    const sending = silent.send(callOf(body), controller.signal);
    controller.abort();
    for (const pending of [waiting, reading, sending]) {
      await expect(pending).rejects.toMatchObject({ code: "aborted" });
    }
    await expect(silent.send(callOf({ type: "none" }), controller.signal)).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
