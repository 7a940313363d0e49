import { TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { parseJson, readText } from "./read-body.ts";

const bodyOf = (...chunks: readonly Uint8Array[]): { body: AsyncIterable<Uint8Array> } => ({
  body: (async function* () {
    yield* chunks;
  })(),
});

describe("readText", () => {
  test("puts characters together that were cut in two", async () => {
    const bytes = new TextEncoder().encode("日本🎧");
    const chunks = [...bytes].map((byte) => new Uint8Array([byte]));
    expect(await readText(bodyOf(...chunks))).toBe("日本🎧");
  });

  test("stops at the limit, and closes the body", async () => {
    let closed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1024 * 1024);
      } finally {
        closed = true;
      }
    };
    const reading = readText({ body: endless() }, { limitBytes: 2 * 1024 * 1024 });
    await expect(reading).rejects.toMatchObject({
      code: "bad_response",
      message: "The provider's answer is larger than 2 MiB.",
    });
    expect(closed).toBe(true);
  });

  test("takes a body of exactly the limit", async () => {
    expect(await readText(bodyOf(new Uint8Array([97, 98])), { limitBytes: 2 })).toBe("ab");
  });
});

describe("parseJson", () => {
  const messageOf = (text: string): string => {
    try {
      parseJson(text, "acme");
    } catch (error) {
      expect(TranscriptionError.is(error)).toBe(true);
      expect(error).toMatchObject({ code: "bad_response", provider: "acme" });
      return error instanceof Error ? error.message : "";
    }
    throw new Error("nothing was thrown");
  };

  test("parses", () => {
    expect(parseJson(' {"a":null}\n', "acme")).toEqual({ a: null });
  });

  test.each([
    ["", "acme answered with an empty body where JSON was expected."],
    [
      "<html><title>Login</title>",
      "acme answered with a web page (26 characters) where JSON was expected.",
    ],
    [
      "<Error><Code>No</Code></Error>",
      "acme answered with XML (30 characters) where JSON was expected.",
    ],
    ['{"text":"hel', "acme answered with broken JSON (12 characters) where JSON was expected."],
    [
      "\u001f\ufffd\u0008\u0000",
      "acme answered with binary data (4 characters) where JSON was expected.",
    ],
  ])("%j is told in words", (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  test("shows nothing of the body", () => {
    expect(messageOf(`oops sk-test-123456 ${"y".repeat(5000)}`)).toBe(
      "acme answered with plain text (5020 characters) where JSON was expected.",
    );
  });
});
