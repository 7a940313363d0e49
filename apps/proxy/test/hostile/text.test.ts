import { afterEach, expect, test, vi } from "vitest";
import { toneWav } from "../test-proxy.ts";
import type { TestProxySettings } from "../test-proxy.ts";
import { startAttackedProxy, toRefused } from "./attacked-proxy.ts";
import type { AttackedProxy } from "./attacked-proxy.ts";
import { field, file, rawForm, rawHead, rawRequest } from "./raw-form.ts";
import type { RawPart } from "./raw-form.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const audio = toneWav();
const model = field("model", "whisper-1");

let attacked: AttackedProxy;
afterEach(() => attacked[Symbol.asyncDispose]());

const start = async (settings: Omit<TestProxySettings, "config"> = {}): Promise<void> => {
  attacked = await startAttackedProxy(settings);
};

const partBytes = (part: RawPart): Buffer => {
  const form = rawForm([part]);
  return form.subarray(0, -"--frontier--\r\n".length);
};

test("a client that sends 64 MiB of text is answered with 413 long before the end", async () => {
  await start();
  using client = await attacked.dial();
  await client.send(rawHead({ "content-length": 64 * MIB }));
  let answered = false;
  const answer = client.answer().finally(() => {
    answered = true;
  });
  let sentMib = 0;
  for (; sentMib < 60 && !answered; sentMib++)
    await client.send(partBytes(field(`prompt${sentMib}`, "x".repeat(MIB - 200))));
  expect(toRefused(await answer)).toMatchObject({
    status: 413,
    message: expect.stringContaining("earshot_settings.max_form_text_size_kb") as string,
  });
  expect(sentMib).toBeLessThan(32);
  await attacked.expectUnharmed();
});

test.each([
  ["in the names of fields", (index: number) => field(`${index}${"x".repeat(12 * KIB)}`, "")],
  ["in one list", (index: number) => field("keywords[]", `${index}${"x".repeat(12 * KIB)}`)],
  ["in keys of an object", (index: number) => field(`a[${index}${"x".repeat(12 * KIB)}]`, "1")],
  ["in fields named like the file", () => field("file", "x".repeat(12 * KIB))],
])("too much text %s is refused with 413", async (_, part) => {
  await start({ limits: { maxTextBytes: MIB } });
  const parts = Array.from({ length: 100 }, (__, index) => part(index));
  expect(await attacked.refused(rawRequest(rawForm([model, ...parts, file(audio)])))).toMatchObject(
    { status: 413 },
  );
  await attacked.expectUnharmed();
});

test("four clips of known speakers, ten seconds each, get through", async () => {
  await start();
  const clip = `data:audio/wav;base64,${toneWav(1, 10).toString("base64")}`;
  const names = ["ann", "ben", "eve", "kim"];
  const parts = names.flatMap((name) => [
    field("known_speaker_names[]", name),
    field("known_speaker_references[]", clip),
  ]);
  // whisper-1 tells no speakers apart: whoever says so has read the form.
  expect(await attacked.refused(rawRequest(rawForm([model, ...parts, file(audio)])))).toMatchObject(
    { status: 400, param: "known_speaker_names" },
  );
});

test("when the text of others fills the account, more is answered with 429, and usual forms are served", async () => {
  await start({ totalTextBytes: MIB });
  using hog = await attacked.dial();
  await hog.send(rawHead({ "content-length": 4 * MIB }));
  await hog.send(partBytes(field("a", "x".repeat(600 * KIB))));
  await hog.send(partBytes(field("b", "x".repeat(300 * KIB))));
  await vi.waitFor(() => {
    expect(attacked.proxy.textBudget.usedBytes).toBeGreaterThan(899 * KIB);
  });
  const long = field("prompt", "x".repeat(600 * KIB));
  const refusal = await attacked.ask(rawRequest(rawForm([model, long, file(audio)])));
  expect(refusal.status).toBe(429);
  expect(refusal.headers["retry-after"]).toBe("1");
  expect(JSON.parse(refusal.body)).toMatchObject({
    error: { message: expect.stringContaining("earshot_settings.total_form_text_mb") as string },
  });
  const usual = field("prompt", "x".repeat(50 * KIB));
  expect(await attacked.ask(rawRequest(rawForm([model, usual, file(audio)])))).toMatchObject({
    status: 200,
  });
  await attacked.expectServed();
  await attacked.expectUnharmed();
});
