import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MultipartParser } from "./multipart-parser.ts";

interface Part {
  name: string;
  fileName: string | undefined;
  data: string;
}

const LIMITS = { maxHeaderBytes: 16 * 1024, maxParts: 50 };

/** Reads a body that arrives in the given pieces; data is compared byte for byte as Latin-1. */
const parse = (pieces: readonly Buffer[], boundary = "XX", limits = LIMITS): Part[] => {
  const parts: Part[] = [];
  let open: (Part & { bytes: Buffer[] }) | undefined;
  const parser = new MultipartParser(
    boundary,
    {
      onPart: ({ name, fileName }) => {
        open = { name, fileName, data: "", bytes: [] };
      },
      onData: (data) => {
        open?.bytes.push(Buffer.from(data));
      },
      onPartEnd: () => {
        if (open === undefined) throw new Error("a part ended that never began");
        const { name, fileName, bytes } = open;
        parts.push({ name, fileName, data: Buffer.concat(bytes).toString("latin1") });
        open = undefined;
      },
    },
    limits,
  );
  for (const piece of pieces) parser.push(piece);
  parser.end();
  return parts;
};

const body = (parts: readonly Part[], { boundary = "XX", eol = "\r\n" } = {}): Buffer =>
  Buffer.from(
    `${parts
      .map(({ name, fileName, data }) => {
        const file = fileName === undefined ? "" : `; filename="${fileName}"`;
        return `--${boundary}${eol}Content-Disposition: form-data; name="${name}"${file}${eol}${eol}${data}${eol}`;
      })
      .join("")}--${boundary}--${eol}`,
    "latin1",
  );

const field = (name: string, data: string): Part => ({ name, fileName: undefined, data });
const file = (data: string): Part => ({ name: "file", fileName: "a.wav", data });

const cut = (whole: Buffer, positions: readonly number[]): Buffer[] => {
  const edges = [0, ...[...positions].toSorted((a, b) => a - b), whole.length];
  return edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
};

describe("a multipart body", () => {
  test("is read the same however it is cut", () => {
    // Made of the very pieces that a boundary is made of, to hit every look-alike.
    const nasty = fc
      .array(
        fc.constantFrom("\r\n--XX", "\r\n--X", "\r\n", "\r", "\n", "-", "--", "X", "a", "\0", "ÿ"),
        {
          maxLength: 12,
        },
      )
      .map((pieces) => pieces.join(""))
      // A true boundary cannot be data: that is what a boundary is.
      .filter((data) => `${data}\r\n--XX--`.search(/\r\n--XX(?:[ \t]*\r?\n|--)/u) === data.length);
    const cases = fc.record({
      parts: fc.array(
        fc.oneof(
          nasty.map(file),
          nasty.map((data) => field("model", data)),
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      cuts: fc.array(fc.nat(400), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(cases, ({ parts, cuts }) => {
        const whole = body(parts);
        const expected = parse([whole]);
        const pieces = cut(
          whole,
          cuts.map((at) => Math.min(at, whole.length)),
        );
        expect(parse(pieces)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("keeps bytes that only look like a boundary", () => {
    const data = "abc\r\n--XXY\r\n--X\r\n-- XX\r\n--XX-\r\ndef";
    expect(parse([body([file(data)])])).toEqual([file(data)]);
    expect(parse([...body([file(data)])].map((byte) => Buffer.of(byte)))).toEqual([file(data)]);
  });

  test("may have a preamble, an epilogue and padding after boundaries", () => {
    const whole = Buffer.concat([
      Buffer.from("This is a multipart message.\r\n"),
      Buffer.from(
        body([field("model", "whisper")])
          .toString("latin1")
          .replace("--XX\r\n", "--XX \t \r\n"),
      ),
      Buffer.from("\r\nignored --XX\r\n"),
    ]);
    expect(parse([whole])).toEqual([field("model", "whisper")]);
  });

  test("may end its lines with LF alone, and then keeps CR inside the data", () => {
    const parts = [field("model", "whisper"), file("a\r\n--XXb\rc")];
    expect(parse([body(parts, { eol: "\n" })])).toEqual(parts);
  });

  test("may have lines before it that only look like its boundary", () => {
    const preamble = Buffer.from("--XXL\r\n --XX\r\n-- XX\r\n--XX-\r\n");
    const whole = Buffer.concat([preamble, body([field("model", "whisper")])]);
    const bytes = [...whole].map((byte) => Buffer.of(byte));
    expect(parse([whole])).toEqual([field("model", "whisper")]);
    expect(parse(bytes)).toEqual([field("model", "whisper")]);
  });

  test("has the same limits however it is cut", () => {
    const part = field("model", "whisper");
    const limits = {
      maxHeaderBytes: 'Content-Disposition: form-data; name="model"\r'.length,
      maxParts: 1,
    };
    const preamble = (length: number): Buffer => Buffer.from(`${"x".repeat(length - 2)}\r\n`);
    const accepted = Buffer.concat([preamble(limits.maxHeaderBytes), body([part])]);
    const refused = [
      [body([field("model2", "whisper")]), /headers of a part are longer than 45 bytes/u],
      [
        Buffer.concat([preamble(limits.maxHeaderBytes + 1), body([part])]),
        /At most 45 bytes may come before it/u,
      ],
    ] as const;
    for (let position = 0; position <= accepted.length; position++)
      expect(parse(cut(accepted, [position]), "XX", limits)).toEqual([part]);
    for (const [whole, message] of refused)
      for (let position = 0; position <= whole.length; position++)
        expect(() => parse(cut(whole, [position]), "XX", limits)).toThrow(message);
  });

  test("may hold empty parts and an empty file", () => {
    const parts = [field("prompt", ""), file("")];
    expect(parse([body(parts)])).toEqual(parts);
  });

  test.each([
    [
      "no boundary at its beginning",
      Buffer.alloc(40_000, "x"),
      /does not begin with its boundary/u,
    ],
    ["nothing", Buffer.alloc(0), /ends before its closing boundary/u],
    [
      "no closing boundary",
      body([file("abc")]).subarray(0, -8),
      /ends before its closing boundary/u,
    ],
    ["a closing boundary only", Buffer.from("--XX--\r\n"), /has no parts/u],
    [
      "too many parts",
      body(Array.from({ length: 51 }, () => field("a", "b"))),
      /more than 50 parts/u,
    ],
    [
      "headers without end",
      Buffer.from(`--XX\r\nContent-Disposition: form-data; name="${"x".repeat(20_000)}`),
      /headers of a part are longer/u,
    ],
    ["a part without a name", Buffer.from("--XX\r\nA: b\r\n\r\nc\r\n--XX--\r\n"), /has no name/u],
  ])("is refused when it has %s", (_, whole, message) => {
    expect(() => parse([whole])).toThrow(message);
  });
});
