import type { FakeAnswer, FakeUpstream } from "@earshot/provider-testkit/upstream";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SRT, startFakeWhisper, VTT } from "./fake-whisper.ts";
import { makeForm, startTestProxy } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

const DEAD = 5;

const deaths: readonly FakeAnswer[] = [
  { status: 503, body: { error: { message: "Too busy." } } },
  { status: 429, headers: { "retry-after": "20" }, body: { error: { message: "Slow down." } } },
  { status: 401, body: { error: { message: "Incorrect API key provided." } } },
  { status: 500, body: "The engine burns." },
  { status: 502, headers: { "content-type": "text/html" }, body: "<h1>Bad Gateway</h1>" },
];

let healthy: FakeUpstream;
const dead: FakeUpstream[] = [];

beforeAll(async () => {
  healthy = await startFakeWhisper();
  for (const death of deaths) dead.push(await startFakeUpstream(() => death));
});
afterAll(async () => {
  await Promise.all([healthy, ...dead].map(async (upstream) => upstream.close()));
});

const entry = (group: string, base: string, model = "whisper-1"): string => `
- model_name: ${group}
  litellm_params: { model: openai/${model}, api_key: sk-test-upstream, api_base: ${base}/v1 }
  model_info: { id: "${base}" }`;

/** The group `whisper` with five dead deployments, and the healthy one there or in its fallback. */
const configOf = (place: string, model: string): string =>
  [
    "model_list:",
    ...dead.map(({ url }) => entry("whisper", url, model)),
    entry(place, healthy.url, model),
    "\nrouter_settings:",
    "  disable_cooldowns: true",
    ...(place === "whisper" ? [] : [`  fallbacks: [{ whisper: [${place}] }]`]),
    "general_settings: { master_key: sk-1234 }\n",
  ].join("\n");

const post = (
  proxy: TestProxy,
  fields: readonly (readonly [string, string])[],
): Promise<Response> =>
  fetch(`${proxy.url}/v1/audio/transcriptions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-1234" },
    body: makeForm([["model", "whisper"], ...fields]),
  });

const bodies: Readonly<Record<string, RegExp>> = {
  json: /"text":"Ask not\."/u,
  text: /^Ask not\.\s*$/u,
  srt: new RegExp(`^${SRT.trim()}\\s*$`, "u"),
  vtt: new RegExp(`^${VTT.trim()}\\s*$`, "u"),
  verbose_json: /"segments":\[\{/u,
  diarized_json: /"speaker":"A"/u,
};

/** The streams of the last two are the provider's own. */
const CASES = [
  ["json", "whisper-1"],
  ["text", "whisper-1"],
  ["srt", "whisper-1"],
  ["vtt", "whisper-1"],
  ["verbose_json", "whisper-1"],
  ["json", "gpt-4o-transcribe"],
  ["diarized_json", "gpt-4o-transcribe-diarize"],
] as const;

describe.each(["whisper", "backup"])("five dead and one healthy in the group %s", (place) => {
  test.each(
    CASES.flatMap(([format, model]) =>
      ["false", "true"].map((stream) => ({ format, model, stream })),
    ),
  )("$format of $model, stream $stream: no request fails", async ({ format, model, stream }) => {
    await using proxy = await startTestProxy({ config: configOf(place, model) });
    const expected = stream === "true" ? /transcript\.text\.done/u : (bodies[format] ?? /^$/u);
    for (let count = 0; count < 12; count++) {
      const response = await post(proxy, [
        ["response_format", format],
        ["stream", stream],
      ]);
      const text = await response.text();
      expect([response.status, text]).toEqual([200, expect.stringMatching(expected)]);
      expect(response.headers.get("x-earshot-deployment")).toBe(healthy.url);
      expect(Number(response.headers.get("x-earshot-attempts"))).toBeLessThanOrEqual(DEAD + 1);
    }
  });
});

describe("a client", () => {
  const slow = async (): Promise<FakeUpstream> => startFakeUpstream(() => ({ silent: true }));

  test("cannot ask for more retries than the operator allows", async () => {
    const busy = await startFakeUpstream(() => ({ status: 503, headers: { "retry-after": "0" } }));
    await using proxy = await startTestProxy({
      config: `model_list:${entry("whisper", busy.url)}\nrouter_settings: { num_retries: 1 }
general_settings: { master_key: sk-1234 }\n`,
    });
    const startedAtMs = performance.now();
    const response = await post(proxy, [["num_retries", "100"]]);
    expect(response.status).toBe(503);
    expect(busy.calls).toHaveLength(2);
    expect(performance.now() - startedAtMs).toBeGreaterThan(245);
    await busy.close();
  });

  test("cannot wait longer than the operator allows, only shorter", async () => {
    const silent = await slow();
    await using proxy = await startTestProxy({
      config: `model_list:${entry("whisper", silent.url)}\nrouter_settings: { timeout: 0.2 }
general_settings: { master_key: sk-1234 }\n`,
    });
    const long = await post(proxy, [["timeout", "12"]]);
    expect(long.status).toBe(504);
    expect(await long.text()).toContain("There was no answer within 0.2 s.");
    const short = await post(proxy, [["timeout", "0.05"]]);
    expect(short.status).toBe(504);
    expect(await short.json()).toMatchObject({
      error: {
        param: "timeout",
        message: expect.stringContaining("0.05 s for the whole request") as string,
      },
    });
    await silent.close();
  });

  test("in a hurry cools nothing down", async () => {
    const silent = await slow();
    await using proxy = await startTestProxy({
      config: `model_list:${entry("whisper", silent.url)}${entry("whisper", `${silent.url}/b`)}
router_settings: { allowed_fails: 0, cooldown_time: 600 }
general_settings: { master_key: sk-1234 }\n`,
    });
    for (let count = 0; count < 6; count++)
      expect((await post(proxy, [["timeout", "0.01"]])).status).toBe(504);
    expect(proxy.gateway.health().map((each) => each.cooledUntilMs)).toEqual([
      undefined,
      undefined,
    ]);
    await silent.close();
  });
});

test("the operator's time for the whole request ends it, and the error lists what was tried", async () => {
  const silent = await startFakeUpstream(() => ({ silent: true }));
  await using proxy = await startTestProxy({
    config: `model_list:${entry("whisper", silent.url)}${entry("whisper", dead[0]?.url ?? "")}
earshot_settings: { total_timeout: 0.3 }
general_settings: { master_key: sk-1234 }\n`,
    random: () => 0,
  });
  const response = await post(proxy, []);
  expect(response.status).toBe(504);
  const text = await response.text();
  expect(text).toContain("0.3 s for the whole request (earshot_settings.total_timeout) are over");
  expect(text).toContain(`${silent.url} (timeout)`);
  await silent.close();
});
