/* oxlint-disable vitest/no-conditional-expect -- what is expected follows from the verdict, row by row */
import { defaultSettings } from "@earshot/config";
import { ERROR_POLICY, judge, RULE_NAMES, TranscriptionError } from "@earshot/core";
import type { Asked, Capabilities, ProviderDefinition, RuleName, Verdict } from "@earshot/core";
import { ableToAll, JUDGE_EXAMPLES, plainlyAsked } from "@earshot/core/testing";
import { checkRequest, defineProvider } from "@earshot/provider-kit";
import { createVirtualClock } from "@earshot/provider-testkit";
import { createRouter } from "@earshot/router";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeForm, startTestProxy, toneWav } from "./test-proxy.ts";
import type { TestProxy } from "./test-proxy.ts";

/** One rule of the judge, with its example and what the judge itself says. */
interface Case {
  readonly rule: RuleName;
  readonly asked: Asked;
  readonly can: Capabilities;
  readonly verdict: Verdict;
}

const CASES: readonly Case[] = RULE_NAMES.map((rule) => {
  const example = JUDGE_EXAMPLES[rule];
  const asked = { ...plainlyAsked, ...example.asks };
  const can = { ...ableToAll, ...example.can };
  const [verdict] = judge(asked, can);
  if (verdict === undefined) throw new Error(`The example of ${rule} shows nothing.`);
  return { rule, asked, can, verdict };
});

const blocks = ({ kind }: Verdict): boolean => kind !== "ignore" && kind !== "estimate";
/** Where a request goes on, and what becomes of it with `drop_params`. */
const isTakenRelaxed = (verdict: Verdict): boolean =>
  !blocks(verdict) || verdict.drop !== undefined;
const warns = ({ kind }: Verdict): boolean => kind !== "estimate";

/** Where the completion of the answer says more than the judge could: what stands in its place. */
const COMPLETED: Readonly<Partial<Record<RuleName, string>>> = {
  "word-times": "The model gave no word times.",
  "segment-times": "neither segment nor word times",
  "speakers-in-format": "speaker",
};

const errorOf = async (run: () => unknown): Promise<TranscriptionError | undefined> => {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (!TranscriptionError.is(error)) throw error;
    return error;
  }
};

const expectRefusal = (error: TranscriptionError | undefined, { code, param, text }: Verdict) => {
  expect(error).toMatchObject({ code, param });
  expect(error?.message).toContain(text);
};

describe("the router", () => {
  const route = async ({ asked, can }: Case, ids: readonly string[], dropParams: boolean) => {
    const router = createRouter({
      deployments: ids.map((id, order) => ({
        id,
        group: "speech",
        order,
        tags: [],
        capabilities: id === "unable" ? can : ableToAll,
        dropParams,
      })),
      settings: defaultSettings.router,
      clock: createVirtualClock(),
      random: () => 0,
    });
    const { signal } = new AbortController();
    const called: string[] = [];
    const error = await errorOf(async () =>
      router.run({ group: "speech", asked, signal }, async ({ deployment }) => {
        called.push(deployment.id);
        return "done";
      }),
    );
    return { called, error };
  };

  it.each(CASES)("passes $rule over, or takes it", async (each) => {
    const { verdict } = each;
    const alone = await route(each, ["unable"], false);
    if (blocks(verdict)) expectRefusal(alone.error, verdict);
    expect(alone.called).toEqual(blocks(verdict) ? [] : ["unable"]);
    const beside = await route(each, ["unable", "able"], false);
    const isRefused = verdict.kind === "refuse";
    expect(beside.called).toEqual(isRefused ? [] : [blocks(verdict) ? "able" : "unable"]);
  });

  it.each(CASES)(
    "takes $rule with drop_params only where something is left of it",
    async (each) => {
      const { called, error } = await route(each, ["unable"], true);
      expect(called).toEqual(isTakenRelaxed(each.verdict) ? ["unable"] : []);
      if (!isTakenRelaxed(each.verdict)) expectRefusal(error, each.verdict);
    },
  );
});

describe("the kit", () => {
  it.each(CASES)("tells $rule in the judge's words", async ({ asked, can, verdict }) => {
    const limits = { kind: "acme", capabilities: { default: can } };
    let warnings: readonly { readonly param: string; readonly message: string }[] = [];
    const error = await errorOf(() => {
      ({ warnings } = checkRequest(limits, { ...asked, model: "one", options: {} }));
    });
    if (blocks(verdict) && verdict.drop !== "answer") {
      expectRefusal(error, verdict);
      return;
    }
    expect(error).toBeUndefined();
    expect(warnings.map(({ param }) => param)).toEqual(warns(verdict) ? [verdict.param] : []);
    for (const { message } of warnings) expect(message).toContain(verdict.text);
  });
});

describe("the proxy", () => {
  const heard: string[] = [];
  const providerOf = (kind: string, can: Capabilities): ProviderDefinition =>
    defineProvider({
      specVersion: 1,
      kind,
      displayName: kind,
      documentationUrl: "https://acme.example",
      environment: { apiKey: [], baseUrl: [] },
      requiresApiKey: false,
      capabilities: { default: can },
      options: {},
      create: ({ id = kind }) => ({
        specVersion: 1,
        kind,
        id,
        capabilities: { default: can },
        transcribe: async (given) => {
          const { request, warnings } = checkRequest(
            { kind, capabilities: { default: can } },
            given,
          );
          heard.push(kind);
          const { audio } = request;
          if (audio.type === "file") for await (const piece of audio.open()) void piece;
          const times = { startSeconds: 0, endSeconds: 30, text: "hello", speaker: "A" };
          return {
            text: "hello",
            durationSeconds: 30,
            ...(can.segmentTimestamps ? { segments: [times] } : {}),
            ...(can.wordTimestamps === "none" ? {} : { words: [times] }),
            warnings,
          };
        },
      }),
    });

  const kindOf = (rule: string): string => `unable_${rule.replaceAll("-", "_")}`;

  const fieldsOf = (asked: Asked): (readonly [string, string])[] => [
    ["response_format", asked.responseFormat],
    ...asked.languages.map((hint) => ["languages[]", hint] as const),
    ...(asked.prompt === undefined ? [] : [["prompt", asked.prompt] as const]),
    ...asked.keywords.map((keyword) => ["keywords[]", keyword] as const),
    ...(asked.temperature === undefined ? [] : [["temperature", "0.5"] as const]),
    ...asked.timestampGranularities.map((each) => ["timestamp_granularities[]", each] as const),
    ...asked.include.map((each) => ["include[]", each] as const),
    ...(asked.stream ? [["stream", "true"] as const] : []),
    ...(typeof asked.chunkingStrategy === "object"
      ? [["chunking_strategy", JSON.stringify(asked.chunkingStrategy)] as const]
      : []),
    ...asked.knownSpeakers.flatMap(({ name, reference }) => [
      ["known_speaker_names[]", name] as const,
      ["known_speaker_references[]", reference] as const,
    ]),
    ...(asked.diarize ? [["diarize", "true"] as const] : []),
    ...(asked.audio.type === "url" ? [["url", asked.audio.url] as const] : []),
  ];

  let proxy: TestProxy;
  beforeAll(async () => {
    const entries = CASES.flatMap(({ rule }) => [
      `- { model_name: ${rule}, litellm_params: { model: ${kindOf(rule)}/one } }`,
      `- { model_name: ${rule}-beside, litellm_params: { model: ${kindOf(rule)}/one, order: 1 } }`,
      `- { model_name: ${rule}-beside, litellm_params: { model: able/one, order: 2 } }`,
    ]);
    proxy = await startTestProxy({
      config: `model_list:\n${entries.join("\n")}\nearshot_settings: { allow_remote_inputs: true }\n`,
      providers: [
        providerOf("able", ableToAll),
        ...CASES.map(({ rule, can }) => providerOf(kindOf(rule), can)),
      ],
    });
  });
  afterAll(() => proxy[Symbol.asyncDispose]());

  const ask = async (model: string, asked: Asked, more: (readonly [string, string])[] = []) => {
    heard.length = 0;
    const fields = [["model", model] as const, ...fieldsOf(asked), ...more];
    const { audio } = asked;
    const seconds = audio.type === "file" ? (audio.durationSeconds ?? 0) : 0;
    const form = makeForm(fields, { audio: toneWav(1, seconds) });
    if (audio.type === "url") form.delete("file");
    const path = asked.task === "translate" ? "translations" : "transcriptions";
    const response = await fetch(`${proxy.url}/v1/audio/${path}`, { method: "POST", body: form });
    const text = await response.text();
    return {
      status: response.status,
      text,
      heard: [...heard],
      attempts: response.headers.get("x-earshot-attempts"),
      warnings: response.headers.get("x-earshot-warnings") ?? "",
    };
  };

  const expectRefused = (answer: Awaited<ReturnType<typeof ask>>, verdict: Verdict): void => {
    const { code, param, text } = verdict;
    expect(code).toBeDefined();
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code, param } });
    expect((JSON.parse(answer.text) as { error: { message: string } }).error.message).toContain(
      text,
    );
    // Nothing counts as an attempt that was never sent.
    expect(answer).toMatchObject({
      status: code === undefined ? 0 : ERROR_POLICY[code].httpStatus,
      heard: [],
      attempts: "0",
    });
  };

  it.each(CASES)(
    "answers $rule as the router and the kit say",
    async ({ rule, asked, verdict }) => {
      const alone = await ask(rule, asked);
      if (blocks(verdict)) expectRefused(alone, verdict);
      else {
        expect(alone).toMatchObject({ status: 200, heard: [kindOf(rule)], attempts: "1" });
        if (warns(verdict)) expect(alone.warnings).toContain(verdict.text);
      }
      const beside = await ask(`${rule}-beside`, asked);
      if (verdict.kind === "refuse") expectRefused(beside, verdict);
      else {
        const answers = blocks(verdict) ? "able" : kindOf(rule);
        expect(beside).toMatchObject({ status: 200, heard: [answers], attempts: "1" });
      }
    },
  );

  it.each(CASES)("answers $rule with drop_params", async ({ rule, asked, verdict }) => {
    const answer = await ask(rule, asked, [["drop_params", "true"]]);
    if (!isTakenRelaxed(verdict)) expectRefused(answer, verdict);
    else {
      expect(answer).toMatchObject({ status: 200, heard: [kindOf(rule)], attempts: "1" });
      if (warns(verdict)) expect(answer.warnings).toContain(COMPLETED[rule] ?? verdict.text);
    }
  });
});
