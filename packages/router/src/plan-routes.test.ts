import type { Asked, Capabilities } from "@earshot/core";
import { describe, expect, it } from "vitest";
import {
  ableToAll,
  ableToLittle,
  audioWith,
  createWorld,
  deployment,
  plainlyAsked,
  requestFor,
  usualSettings,
} from "../test/router-world.ts";
import { createFallbackChain, createModelIndex } from "./model-index.ts";
import { planRoutes, selectByTags } from "./plan-routes.ts";
import type { Deployment, RouteRequest } from "./router.ts";

const MEGABYTE = 1024 * 1024;
const srt: Partial<Asked> = { responseFormat: "srt" };
const words: Partial<Asked> = { responseFormat: "verbose_json", timestampGranularities: ["word"] };
const url: Partial<Asked> = { audio: { type: "url", url: "https://audio.example/talk.mp3" } };
const untimed: Partial<Capabilities> = {
  segmentTimestamps: false,
  wordTimestamps: "none",
  nativeFormats: ["json"],
};
const asking = (asked: Partial<Asked>, differs: Partial<RouteRequest> = {}): RouteRequest =>
  requestFor("whisper", { asked: { ...plainlyAsked, ...asked }, ...differs });
const able = (id: string, differs: Partial<Capabilities>, more: Partial<Deployment> = {}) =>
  deployment(id, { capabilities: { ...ableToAll, ...differs }, ...more });
const little = (id: string, more: Partial<Deployment> = {}) =>
  deployment(id, { capabilities: ableToLittle, ...more });

describe("the filter before any call", () => {
  it("picks the deployment that can do what is asked", async () => {
    const { send, calls } = createWorld({ deployments: [little("a"), deployment("b")] });
    for (let count = 0; count < 5; count++) await send(asking(srt));
    expect(new Set(calls)).toEqual(new Set(["b"]));
  });

  it("never falls back to one that cannot, not even when the able one fails", async () => {
    const { fail, calls } = createWorld({
      deployments: [little("a"), deployment("b")],
      behaviours: { b: "overloaded" },
    });
    await fail(asking(srt));
    expect(calls).toEqual(["b", "b", "b"]);
  });

  it("refuses what nobody can, naming what each lacks and what would work", async () => {
    const { fail, calls } = createWorld({
      deployments: [
        little("groq-1"),
        able("openai-1", untimed),
        deployment("other-1", { group: "whisper-times" }),
      ],
    });
    const error = await fail(asking(srt));
    expect({ code: error.code, param: error.param }).toEqual({
      code: "unsupported_feature",
      param: "response_format",
    });
    expect(error.message).toBe(
      'No deployment of "whisper" can do this. groq-1: gives no segment times. openai-1: gives no segment times. ' +
        "Formats that would work: json, text. Models that can: whisper-times. " +
        "With drop_params it is answered as well as can be, if the length of the audio can be measured.",
    );
    expect(calls).toEqual([]);
  });

  it("promises no subtitles where there is nothing to estimate their times from", async () => {
    const { fail } = createWorld({ deployments: [able("a", untimed)] });
    const promise = async (differs: Partial<Asked>): Promise<string | undefined> =>
      /With drop_params .*$/u.exec((await fail(asking({ ...srt, ...differs }))).message)?.[0];
    expect(await promise(url)).toBeUndefined();
    expect(await promise(audioWith({ durationSeconds: 60 }))).toBe(
      "With drop_params it is answered as well as can be.",
    );
    expect(await promise({ responseFormat: "verbose_json" })).toBe(
      "With drop_params it is answered as well as can be.",
    );
  });

  it.each([
    ["audio_too_large", audioWith({ sizeBytes: 30 * MEGABYTE }), { maxSizeBytes: 25 * MEGABYTE }],
    ["audio_too_long", audioWith({ durationSeconds: 2000 }), { maxDurationSeconds: 1500 }],
    ["unsupported_media", audioWith({ mediaType: "audio/flac" }), { mediaTypes: ["audio/wav"] }],
  ] satisfies [string, Partial<Asked>, Partial<Capabilities>][])(
    "says %s when that keeps all from it",
    async (code, asked, capabilities) => {
      const { fail } = createWorld({
        deployments: [able("a", capabilities), able("b", { ...capabilities, translation: false })],
      });
      const error = await fail(asking({ ...asked, task: "translate" }));
      expect({ code: error.code, param: error.param }).toEqual({ code, param: "file" });
      expect(error.message).not.toContain("Formats that would work");
      expect(error.message).not.toContain("drop_params");
    },
  );

  it("names no single code when each lacks something else", async () => {
    const { fail } = createWorld({
      deployments: [able("a", { maxSizeBytes: MEGABYTE }), able("b", { wordTimestamps: "none" })],
    });
    const error = await fail(asking({ ...words, ...audioWith({ sizeBytes: 2 * MEGABYTE }) }));
    expect({ code: error.code, param: error.param }).toEqual({
      code: "unsupported_feature",
      param: "file",
    });
  });

  it("lets a fallback do what the group cannot", async () => {
    const { send } = createWorld({
      deployments: [little("a"), deployment("b", { group: "better" })],
      settings: { fallbacks: { whisper: ["better"] } },
    });
    expect((await send(asking(srt))).value).toBe("b");
  });
});

describe("drop_params", () => {
  it("prefers who can do it all, whatever the order says", async () => {
    const { send } = createWorld({
      deployments: [little("a", { order: 1 }), deployment("b", { order: 2 })],
    });
    expect((await send(asking(srt, { dropParams: true }))).value).toBe("b");
  });

  it("then takes who lacks least", async () => {
    const { send, calls } = createWorld({
      deployments: [little("a"), able("b", { wordTimestamps: "none" })],
      behaviours: { b: "bad_response" },
    });
    const asked: Partial<Asked> = { ...words, include: ["logprobs"] };
    expect((await send(asking(asked, { dropParams: true }))).value).toBe("a");
    expect(calls).toEqual(["b", "a"]);
  });

  it("never leaves out what the request makes no sense without", async () => {
    const { fail, calls } = createWorld({ deployments: [little("a")] });
    const error = await fail(asking({ task: "translate" }, { dropParams: true }));
    expect({ code: error.code, param: error.param }).toEqual({
      code: "unsupported_feature",
      param: "model",
    });
    expect(calls).toEqual([]);
  });
});

describe("drop_params without times", () => {
  it("leaves out no subtitles of a URL, whose length nobody knows", async () => {
    const { fail, send, calls } = createWorld({ deployments: [able("a", untimed)] });
    const error = await fail(asking({ ...srt, ...url }, { dropParams: true }));
    expect({ code: error.code, param: error.param }).toEqual({
      code: "unsupported_feature",
      param: "response_format",
    });
    expect(calls).toEqual([]);
    const verbose = { ...srt, ...url, responseFormat: "verbose_json" } as const;
    expect((await send(asking(verbose, { dropParams: true }))).value).toBe("a");
  });
});

describe("order levels", () => {
  it("are tried from the lowest, and those without an order last", async () => {
    const { fail, calls } = createWorld({
      deployments: [
        deployment("none"),
        deployment("second", { order: 2 }),
        deployment("first", { order: 1 }),
      ],
      behaviours: { none: "bad_response", first: "bad_response", second: "bad_response" },
    });
    await fail();
    expect(calls).toEqual(["first", "second", "none"]);
  });

  it("are all tried before any deployment has another turn", async () => {
    const { fail, calls } = createWorld({
      deployments: [deployment("a", { order: 1 }), deployment("b", { order: 2 })],
      behaviours: { a: "network", b: "network" },
      settings: { numRetries: 1 },
    });
    await fail();
    expect(calls).toEqual(["a", "b", "a", "b"]);
  });

  it("prefer measured word times and real streams among equals only", async () => {
    const estimating = able(
      "a",
      { wordTimestamps: "estimated", streaming: false },
      { weight: 100 },
    );
    const { send } = createWorld({ deployments: [estimating, deployment("b", { weight: 1 })] });
    expect((await send(asking(words))).value).toBe("b");
    expect((await send(asking({ stream: true }))).value).toBe("b");
    const ordered = createWorld({
      deployments: [{ ...estimating, order: 1 }, deployment("b", { order: 2 })],
    });
    expect((await ordered.send(asking(words))).value).toBe("a");
  });
});

describe("models that are switched off", () => {
  const gone = able("gone", { shutdownDate: "1970-01-01" }, { weight: 100 });

  it("are left out as long as another one lives", async () => {
    const { send, fail, behaviours, calls } = createWorld({ deployments: [gone, deployment("b")] });
    expect((await send()).value).toBe("b");
    behaviours["b"] = "bad_response";
    await fail();
    expect(calls).toEqual(["b", "b"]);
  });

  it("are still tried when nothing else is left: the date may be wrong", async () => {
    const { send } = createWorld({ deployments: [gone] });
    expect((await send()).value).toBe("gone");
  });

  it("serve until their day", async () => {
    const { send } = createWorld({
      deployments: [
        able("a", { shutdownDate: "2027-02-26" }, { weight: 100 }),
        deployment("b", { weight: 0 }),
      ],
    });
    expect((await send()).value).toBe("a");
  });
});

describe("a plan", () => {
  const gone = able("gone", { shutdownDate: "2030-01-01" });
  const deployments = [gone, deployment("b"), deployment("c", { group: "better" })];
  const settings = { ...usualSettings, fallbacks: { whisper: ["better", "nowhere"] } };
  const index = createModelIndex(deployments, {});
  const planning = { index, settings, fallbacksOf: createFallbackChain(index, settings) };
  const plan = (date: string) => [...planRoutes(planning, requestFor(), Date.parse(date))];
  const idsIn = (date: string) =>
    plan(date).map((group) =>
      "error" in group ? group.name : group.levels.flat().map((each) => each.deployment.id),
    );

  it("depends on the request, the settings and the date alone, so that it can be kept", () => {
    expect(plan("2029-12-31")).toEqual(plan("2029-12-31"));
    expect(idsIn("2029-12-31")).toEqual([["gone", "b"], ["c"], 'model "nowhere"']);
    expect(idsIn("2030-01-01")).toEqual([["b"], ["c"], 'model "nowhere"']);
  });

  it("knows which group is the last one", () => {
    const last = plan("2030-01-01").flatMap((group) =>
      "error" in group ? [] : group.levels.flat().map((each) => each.isLastGroup),
    );
    expect(last).toEqual([false, false]);
  });
});

describe("tag filtering", () => {
  const free = deployment("free", { tags: ["free", "eu"] });
  const paid = deployment("paid", { tags: ["paid"] });
  const usual = deployment("usual", { tags: ["default"] });
  const untagged = deployment("untagged");
  const all = [free, paid, usual, untagged];
  const on = { enableTagFiltering: true, tagFilteringMatchAny: true };

  it("does nothing unless it is enabled", () => {
    expect(selectByTags(all, ["paid"], { ...on, enableTagFiltering: false })).toEqual(all);
  });

  it("takes deployments with any of the tags, or with all of them", () => {
    expect(selectByTags(all, ["paid", "eu"], on)).toEqual([free, paid]);
    expect(selectByTags(all, ["free", "eu"], { ...on, tagFilteringMatchAny: false })).toEqual([
      free,
    ]);
    expect(selectByTags(all, ["paid", "eu"], { ...on, tagFilteringMatchAny: false })).toEqual([
      usual,
    ]);
  });

  it("takes the default ones when none matches, and for requests without tags", () => {
    expect(selectByTags(all, ["unknown"], on)).toEqual([usual]);
    expect(selectByTags(all, [], on)).toEqual([usual]);
  });

  it("lets requests without tags go anywhere when there is no default", () => {
    expect(selectByTags([free, untagged], [], on)).toEqual([free, untagged]);
    expect(selectByTags([free, untagged], ["paid"], on)).toEqual([]);
  });

  it("refuses a request whose tags nothing serves, and never calls another deployment", async () => {
    const { fail, calls } = createWorld({ deployments: [free, untagged], settings: on });
    const error = await fail(requestFor("whisper", { tags: ["paid"] }));
    expect({ code: error.code, param: error.param }).toEqual({
      code: "unsupported_feature",
      param: "tags",
    });
    expect(error.message).toContain('No deployment of "whisper" serves requests tagged paid.');
    expect(calls).toEqual([]);
  });
});
