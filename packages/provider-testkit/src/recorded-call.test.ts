import { describe, expect, test } from "vitest";
import { readMultipart } from "./recorded-call.ts";

const TYPE = "multipart/form-data; boundary=B";
const bytes = (...lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(lines.join("\r\n"));
const field = 'Content-Disposition: form-data; name="a"';

describe("readMultipart", () => {
  test("reads what a browser's FormData becomes", async () => {
    const form = new FormData();
    form.append("prompt", "Zeile\r\n日本");
    form.append("x[]", "1");
    form.append("x[]", "2");
    form.append(
      "file",
      new File([new Uint8Array([13, 10, 45, 45, 0])], 'ü"n.wav', { type: "audio/wav" }),
    );
    const response = new Response(form);
    const type = response.headers.get("content-type") ?? "";
    const parts = readMultipart(type, new Uint8Array(await response.arrayBuffer()));
    expect(parts.map(({ name }) => name)).toEqual(["prompt", "x[]", "x[]", "file"]);
    expect(new TextDecoder().decode(parts[0]?.bytes)).toBe("Zeile\r\n日本");
    expect(parts[3]).toMatchObject({ fileName: 'ü"n.wav', mediaType: "audio/wav" });
    expect(parts[3]?.bytes).toEqual(new Uint8Array([13, 10, 45, 45, 0]));
  });

  test("a boundary inside a line is not one", () => {
    const body = bytes("--B", field, "", "x--B", "--Bx is text", "--B--", "");
    expect(() => readMultipart(TYPE, body)).toThrow("follows a boundary");
    const inside = bytes("--B", field, "", "x--B-y", "--B--", "");
    expect(new TextDecoder().decode(readMultipart(TYPE, inside)[0]?.bytes)).toBe("x--B-y");
  });

  test.each([
    ["no boundary in the type", "multipart/form-data", bytes("--B--", ""), "No boundary"],
    ["another start", TYPE, bytes("hello", "--B--"), "does not start"],
    ["no end", TYPE, bytes("--B", field, "", "x"), "ends before"],
    ["a part without a name", TYPE, bytes("--B", "Content-Type: a/b", "", "x", "--B--"), "no name"],
    ["a part without headers' end", TYPE, bytes("--B", field, "x", "--B--"), "no end of headers"],
  ])("refuses a form with %s", (...[, type, body, words]) => {
    expect(() => readMultipart(type, body)).toThrow(words);
  });
});
