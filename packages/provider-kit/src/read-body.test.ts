import { systemClock, TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { readJson, readExcerpt, readText } from "./read-body.ts";

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

  test("puts a million pieces of one byte together within twice their size", async () => {
    let largest = 0;
    const tiny = async function* (): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 1_000_000; count += 1) {
        yield new Uint8Array([97]);
        largest = count;
      }
    };
    expect((await readText({ body: tiny() })).length).toBe(largest + 1);
  });

  test("has a bound of its own", async () => {
    const body = bodyOf(...Array.from({ length: 17 }, () => new Uint8Array(1024 * 1024)));
    await expect(readText(body)).rejects.toMatchObject({ code: "bad_response" });
  });

  test("marks bytes that are no UTF-8", async () => {
    expect(await readText(bodyOf(new Uint8Array([72, 255, 72])))).toBe("H\ufffdH");
  });

  test("takes a body of exactly the limit", async () => {
    expect(await readText(bodyOf(new Uint8Array([97, 98])), { limitBytes: 2 })).toBe("ab");
  });
});

describe("readExcerpt", () => {
  const dripping = (): { body: AsyncIterable<Uint8Array>; left: () => boolean } => {
    let left = false;
    const iterator: AsyncIterator<Uint8Array> = {
      next: () => first.next(),
      return: () => {
        left = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    const first = (async function* () {
      yield new TextEncoder().encode("Sorry, ");
      await new Promise(() => {});
      yield new Uint8Array();
    })();
    return { body: { [Symbol.asyncIterator]: () => iterator }, left: () => left };
  };

  test("gives a body up that does not end, and keeps what came", async () => {
    let fire = (): void => undefined;
    const after = (_milliseconds: number, callback: () => void): (() => void) => {
      fire = callback;
      return () => undefined;
    };
    const { body, left } = dripping();
    const { signal } = new AbortController();
    const reading = readExcerpt({ body }, { signal, clock: { ...systemClock, after } });
    await Promise.resolve();
    await Promise.resolve();
    fire();
    expect(await reading).toBe("Sorry, ");
    expect(left()).toBe(true);
  });
});

describe("readJson", () => {
  test.each(["{},", "[],", '{"a":[]},'])("refuses JSON that is made of %s", (piece) => {
    const text = `[${piece.repeat(1_000_000)}0]`;
    expect(() => readJson(text, "acme")).toThrow(/over 500000 objects and lists/u);
  });

  test("reads a word for each of 400,000, and a long text of brackets", () => {
    const words = `[${'{"word":"a","start":1,"end":2},'.repeat(400_000)}0]`;
    expect(readJson(words, "acme")).toHaveLength(400_001);
    expect(readJson(JSON.stringify("[".repeat(900_000)), "acme")).toHaveLength(900_000);
  });

  const messageOf = (text: string): string => {
    try {
      readJson(text, "acme");
    } catch (error) {
      expect(TranscriptionError.is(error)).toBe(true);
      expect(error).toMatchObject({ code: "bad_response", provider: "acme" });
      return error instanceof Error ? error.message : "";
    }
    throw new Error("nothing was thrown");
  };

  test("parses", () => {
    expect(readJson(' {"a":null}\n', "acme")).toEqual({ a: null });
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
