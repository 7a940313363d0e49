import { audioOf, fieldValues } from "@earshot/provider-testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sha256, toneWav } from "../test-proxy.ts";
import { startAttackedProxy } from "./attacked-proxy.ts";
import type { AttackedProxy, Refused } from "./attacked-proxy.ts";
import { field, file, rawForm, rawHead, rawRequest } from "./raw-form.ts";
import type { RawFormOptions, RawPart } from "./raw-form.ts";

const MIB = 1024 * 1024;
const audio = toneWav();
const model = field("model", "whisper-1");

let attacked: AttackedProxy;
beforeAll(async () => {
  attacked = await startAttackedProxy();
});
afterAll(() => attacked[Symbol.asyncDispose]());

const refusedForm = (parts: readonly RawPart[], options?: RawFormOptions): Promise<Refused> =>
  attacked.refused(rawRequest(rawForm(parts, options)));

describe("a form is refused, and nothing is left of it,", () => {
  afterEach(() => attacked.expectUnharmed());

  test.each([
    ["multipart/form-data", /names no boundary/u],
    ["multipart/form-data; boundary=", /names no boundary/u],
    ['multipart/form-data; boundary=""', /names no boundary/u],
    ["multipart/form-data; charset=utf-8", /names no boundary/u],
    ["multipart/mixed; boundary=frontier", /Send the request as multipart\/form-data/u],
    ["application/json", /Send the request as multipart\/form-data/u],
    ["audio/wav", /the content type was audio\/wav/u],
    [`audio/${"x".repeat(8192)}`, /^.{1,400}$/u],
    [
      `multipart/form-data; boundary=${"x".repeat(8192)}`,
      /has 8192 characters.*Raise earshot_settings\.max_boundary_length/u,
    ],
    [`multipart/form-data; boundary="${"x".repeat(257)}"`, /has 257 characters; 256 are accepted/u],
  ])("with the content type %.60s", async (type, message) => {
    const { status, message: told } = await attacked.refused(
      rawRequest(rawForm([model, file(audio)]), { "content-type": type }),
    );
    expect(status).toBe(400);
    expect(told).toMatch(message);
  });

  test("with JSON in its body, whatever its content type says", async () => {
    const json = Buffer.from('{"model":"whisper-1","file":"UklGRg=="}');
    expect(await attacked.refused(rawRequest(json))).toMatchObject({
      status: 400,
      message: expect.stringContaining("cannot be read") as string,
    });
  });

  test("with 10,000 parts", async () => {
    const parts = Array.from({ length: 10_000 }, (_, index) => field(`f${index}`, ""));
    expect(await refusedForm([model, ...parts, file(audio)])).toMatchObject({
      status: 400,
      message: expect.stringMatching(
        /more than 1000 parts.*Raise earshot_settings\.max_form_parts/u,
      ) as string,
    });
  });

  test("with a field one byte longer than 1 MiB", async () => {
    const prompt = field("prompt", "x".repeat(MIB + 1));
    expect(await refusedForm([model, prompt, file(audio)])).toMatchObject({
      status: 400,
      param: "prompt",
    });
  });

  test.each([
    ["in a name", `Content-Disposition: form-data; name="${"x".repeat(32_768)}`],
    ["in lines", `Content-Disposition: form-data; name="file"\r\n${"X-A: b\r\n".repeat(4096)}`],
    ["in quotes", `Content-Disposition: form-data; ${'name="\\"; '.repeat(3000)}`],
  ])("with part headers without end, %s", async (_, headers) => {
    expect(await refusedForm([model, { headers, body: "" }])).toMatchObject({
      status: 400,
      message: expect.stringMatching(
        /headers of a part.*Raise earshot_settings\.max_part_header_size_kb/u,
      ) as string,
    });
  });

  test("with a preamble of 10 MiB", async () => {
    const preamble = Buffer.alloc(10 * MIB, "x");
    expect(await refusedForm([model, file(audio)], { preamble })).toMatchObject({
      status: 400,
      message: expect.stringContaining("begin with its boundary") as string,
    });
  });

  test("with two files", async () => {
    expect(await refusedForm([file(audio), model, file(audio)])).toMatchObject({
      status: 400,
      param: "file",
      message: expect.stringContaining("two files") as string,
    });
  });

  test("with its file in another field", async () => {
    expect(await refusedForm([model, file(audio, "prompt")])).toMatchObject({
      status: 400,
      message: expect.stringContaining("in the field 'file', not 'prompt'") as string,
    });
  });

  test("with a form inside the form", async () => {
    const headers =
      'Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=inner';
    const inner = { headers: 'Content-Disposition: file; filename="a.wav"', body: audio };
    const body = rawForm([inner, inner], { boundary: "inner" });
    expect(await refusedForm([model, { headers, body }])).toMatchObject({
      status: 400,
      message: expect.stringMatching(/multipart\/mixed.*part of its own/u) as string,
    });
  });

  test.each(["base64", "BASE64", "quoted-printable"])("with a file in %s", async (encoding) => {
    const { headers } = file(audio);
    const body = audio.toString("base64");
    const encoded = { headers: `${headers}\r\nContent-Transfer-Encoding: ${encoding}`, body };
    expect(await refusedForm([model, encoded])).toMatchObject({
      status: 400,
      message: expect.stringMatching(/Content-Transfer-Encoding.*as they are/u) as string,
    });
  });

  test.each([
    ["without a closing boundary", (form: Buffer) => form.subarray(0, -"--frontier--\r\n".length)],
    ["that is empty", () => Buffer.alloc(0)],
    ["with nothing but a closing boundary", () => Buffer.from("--frontier--\r\n")],
    [
      "with another boundary in its body",
      () => rawForm([model, file(audio)], { boundary: "frontie" }),
    ],
    ["without a name for its part", () => rawForm([{ headers: "X-A: b", body: "" }])],
    ["with headers that never began", () => Buffer.from("--frontier\r\n\r\n--frontier--\r\n")],
  ])("%s", async (_, spoil) => {
    const { status, message } = await attacked.refused(
      rawRequest(spoil(rawForm([model, file(audio)]))),
    );
    expect(status).toBe(400);
    expect(message).toContain("cannot be read");
  });

  test("when it is compressed", async () => {
    expect(
      await attacked.refused(
        rawRequest(rawForm([model, file(audio)]), { "content-encoding": "gzip" }),
      ),
    ).toMatchObject({
      status: 400,
      message: expect.stringContaining("content-encoding: gzip") as string,
    });
  });

  test("when it is sent with GET", async () => {
    const body = rawForm([model, file(audio)]);
    const head = rawHead(
      { "content-length": body.length },
      "GET /v1/audio/transcriptions HTTP/1.1",
    );
    expect(await attacked.refused(Buffer.concat([Buffer.from(head), body]))).toMatchObject({
      status: 404,
      message: expect.stringContaining("POST /v1/audio/transcriptions") as string,
    });
  });
});

describe("a form is odd, but reaches the provider whole", () => {
  afterEach(() => attacked.expectServed());

  const sent = async (
    parts: readonly RawPart[],
    options: RawFormOptions = {},
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const { status } = await attacked.ask(rawRequest(rawForm(parts, options), headers));
    expect(status).toBe(200);
    const call = attacked.upstream.calls.at(-1);
    if (call === undefined) throw new Error("The provider was not asked.");
    return call;
  };

  test("with a field of exactly 1 MiB", async () => {
    const prompt = "x".repeat(MIB);
    const call = await sent([model, field("prompt", prompt), file(audio)]);
    expect(fieldValues(call, "prompt")).toEqual([prompt]);
  });

  test("with LF in place of CR LF", async () => {
    const call = await sent([file(audio), model], { eol: "\n" });
    expect(audioOf(call)?.sha256).toBe(sha256(audio));
  });

  test("with boundary look-alikes inside its audio", async () => {
    const lookAlikes = [
      "\r\n--frontie",
      "\r\n--frontierr",
      "\r\n--frontier-\r\n",
      "\r\n--frontier -- ",
      "\n--frontier\r\n",
      "\r--frontier--",
      "\r\n\r\n--frontier\r",
      "\r\n-\r\n--\r\n--f\r\n--fro",
      "\r\n--FRONTIER--\r\n",
    ];
    const nasty = Buffer.concat([audio, Buffer.from(lookAlikes.join("").repeat(500), "latin1")]);
    const call = await sent([file(nasty), model]);
    expect(audioOf(call)).toMatchObject({ sizeBytes: nasty.length, sha256: sha256(nasty) });
  });

  test("with audio that is nothing but beginnings of its boundary", async () => {
    const nasty = Buffer.concat([audio, Buffer.alloc(2 * MIB, "\r\n--frontie")]);
    const call = await sent([model, file(nasty)]);
    expect(audioOf(call)).toMatchObject({ sizeBytes: nasty.length, sha256: sha256(nasty) });
  });

  test("with text before it, and 10 MiB after it", async () => {
    const call = await sent([model, file(audio)], {
      preamble: "This is a message in MIME format.\r\n--frontierland\r\n",
      epilogue: Buffer.alloc(10 * MIB, "\r\n--frontier\r\n"),
    });
    expect(audioOf(call)?.sha256).toBe(sha256(audio));
  });

  test("with a part that says that it is binary, and the longest boundary", async () => {
    const { headers } = file(audio);
    const binary = { headers: `${headers}\r\nContent-Transfer-Encoding: binary`, body: audio };
    const boundary = "=_".repeat(128);
    const type = `multipart/form-data; boundary="${boundary}"`;
    const call = await sent([model, binary], { boundary }, { "content-type": type });
    expect(audioOf(call)?.sha256).toBe(sha256(audio));
  });

  test.each([
    [
      "line breaks",
      `filename="a.wav"; filename*=utf-8''a%0D%0A--x%0D%0AX-Evil:%201%0D%0A%0D%0A.wav`,
    ],
    ["raw line breaks", 'filename="a\r\nX-Evil: 1\r\nb.wav"'],
    ["a quote", 'filename="a\\"; name=\\"model.wav"'],
    ["a path", 'filename="../../../../etc/passwd.wav"'],
    ["a NUL", 'filename="a\0.wav"'],
    ["16,000 characters", `filename="${"x".repeat(16_000)}.wav"`],
  ])("with %s in the name of its file", async (_, fileName) => {
    const headers = `Content-Disposition: form-data; name="file"; ${fileName}`;
    const call = await sent([{ headers, body: audio }, model]);
    expect(audioOf(call)?.sha256).toBe(sha256(audio));
    expect(call.body).toMatchObject({ files: [{ fieldName: "file" }] });
    expect(fieldValues(call, "model")).toEqual(["whisper-1"]);
  });

  test("with fields named as parts of every object", async () => {
    const names = ["__proto__", "constructor", "toString", "__proto__[polluted]", "hasOwnProperty"];
    const parts = names.map((name) => field(name, "1"));
    const { status } = await attacked.ask(rawRequest(rawForm([...parts, model, file(audio)])));
    expect([200, 400]).toContain(status);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});
