import { capabilitiesOf, TranscriptionError } from "@earshot/core";
import type { ProviderSettings, TranscriptEvent } from "@earshot/core";
import {
  createAudioSample,
  createContext,
  createFakeTransport,
  createRequest,
  fieldValues,
  queryValues,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeVendor, Fixture, RecordedCall, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { azureProvider } from "./azure-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const RESOURCE = "https://earshot-test.openai.azure.com";
const KEY = "azure-test-key";

const settingsOf = (settings: ProviderSettings): ProviderSettings => ({
  apiKey: KEY,
  baseUrl: RESOURCE,
  ...settings,
});

const prepare = (settings: ProviderSettings, vendor: FakeVendor) => {
  const { send, calls } = createFakeTransport(vendor);
  const { context } = createContext({ transport: send });
  const provider = azureProvider.create(settingsOf(settings));
  return {
    calls,
    provider,
    transcribe: (deployment: string, patch: RequestPatch = {}) =>
      provider.transcribe(createRequest(deployment, patch), context),
    stream: (deployment: string) =>
      provider.stream?.(createRequest(deployment, { stream: true }), context) ?? [],
    checkHealth: () => provider.checkHealth?.(context),
  };
};

const callOf = async (
  settings: ProviderSettings,
  deployment = "azure-whisper",
  patch: RequestPatch = {},
): Promise<RecordedCall> => {
  const { calls, transcribe } = prepare(settings, () => fixture("whisper-json"));
  await transcribe(deployment, patch);
  const [call] = calls;
  if (call === undefined) throw new Error("Nothing was sent.");
  return call;
};

const errorOf = async (promise: Promise<unknown>): Promise<TranscriptionError> => {
  try {
    await promise;
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("It went well.");
};

const refusalOf = (settings: ProviderSettings): TranscriptionError => {
  try {
    azureProvider.create(settings);
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("It was created.");
};

describe("the classic dialect", () => {
  test("names deployment and version in the URL and sends no model", async () => {
    const call = await callOf({ apiVersion: "2024-02-15-preview" });
    expect(call.url).toBe(
      `${RESOURCE}/openai/deployments/azure-whisper/audio/transcriptions?api-version=2024-02-15-preview`,
    );
    expect(fieldValues(call, "model")).toEqual([]);
    expect(fieldValues(call, "response_format")).toEqual(["json"]);
    expect(call.headers).toMatchObject({ "api-key": KEY });
    expect(call.headers).not.toHaveProperty("authorization");
  });

  test("translates on its own path", async () => {
    const call = await callOf({ apiVersion: "2024-10-21" }, "w", { task: "translate" });
    expect(call.path).toBe("/openai/deployments/w/audio/translations");
  });

  test("escapes the deployment's name", async () => {
    const call = await callOf({ apiVersion: "2024-10-21" }, "my whisper");
    expect(call.path).toBe("/openai/deployments/my%20whisper/audio/transcriptions");
  });

  test.each(["..", ".", ""])("no name leads to another path: %j", async (deployment) => {
    const { calls, transcribe } = prepare({ apiVersion: "2024-10-21" }, () =>
      fixture("whisper-json"),
    );
    const error = await errorOf(transcribe(deployment));
    expect(error).toMatchObject({ code: "invalid_request", param: "model" });
    expect(calls).toEqual([]);
    expect(refusalOf(settingsOf({ model: deployment })).param).toBe("model");
  });

  test.each(["a/b", "a?b#c", "../x", "a\ud800"])("%j stays one step of the path", async (name) => {
    const { path } = await callOf({ apiVersion: "2024-10-21" }, name);
    expect(new URL(path, RESOURCE).pathname.split("/")).toHaveLength(6);
  });

  test("a version of several words is refused", () => {
    const refusal = refusalOf(settingsOf({ apiVersion: "2024-10-21 # newest" }));
    expect(refusal).toMatchObject({ code: "invalid_request", param: "api_version" });
  });

  test("keeps what else the address asks for", async () => {
    const baseUrl = `${RESOURCE}?subscription=7&api-version=2024-10-21`;
    const { url } = await callOf({ baseUrl });
    expect(url).toContain("?subscription=7&api-version=2024-10-21");
  });

  test("without a version says what to write", () => {
    const refusal = refusalOf(settingsOf({ extra: { azure_dialect: "classic" } }));
    expect([refusal.code, refusal.param]).toEqual(["invalid_request", "api_version"]);
    expect(refusal.message).toContain("api_version: 2024-10-21");
    const inUrl = settingsOf({ baseUrl: `${RESOURCE}/openai/deployments/whisper` });
    expect(refusalOf(inUrl).param).toBe("api_version");
    const undated = settingsOf({ apiVersion: "preview", extra: { azure_dialect: "classic" } });
    expect(refusalOf(undated).message).toContain("preview");
  });
});

describe("the v1 dialect", () => {
  test("names the deployment in the form", async () => {
    for (const apiVersion of [undefined, "v1", "preview"]) {
      const call = await callOf(
        apiVersion === undefined ? {} : { apiVersion },
        "gpt-4o-transcribe",
      );
      expect(call.path).toBe("/openai/v1/audio/transcriptions");
      expect(queryValues(call, "api-version")).toEqual(
        apiVersion === undefined ? [] : [apiVersion],
      );
      expect(fieldValues(call, "model")).toEqual(["gpt-4o-transcribe"]);
    }
  });

  test("is sent no dated version", async () => {
    const call = await callOf({ apiVersion: "2024-10-21", extra: { azure_dialect: "v1" } });
    expect([call.path, call.query]).toEqual(["/openai/v1/audio/transcriptions", []]);
  });
});

describe("the base URL", () => {
  const paths: readonly (readonly [base: string, path: string])[] = [
    [`${RESOURCE}/`, "/openai/deployments/d/audio/transcriptions"],
    [`${RESOURCE}/openai`, "/openai/deployments/d/audio/transcriptions"],
    [`${RESOURCE}/openai/v1/`, "/openai/v1/audio/transcriptions"],
    [`${RESOURCE}/openai/deployments/mine`, "/openai/deployments/mine/audio/transcriptions"],
    [
      `${RESOURCE}/openai/deployments/mine/audio/transcriptions?api-version=2023-09-01-preview`,
      "/openai/deployments/mine/audio/transcriptions",
    ],
    [
      "https://apim.example/speech/openai/deployments/mine",
      "/speech/openai/deployments/mine/audio/transcriptions",
    ],
    [
      "https://x.services.ai.azure.com/api/projects/p/openai/v1",
      "/api/projects/p/openai/v1/audio/transcriptions",
    ],
  ];

  test.each(paths)("%s leads to %s", async (baseUrl, path) => {
    const call = await callOf({ baseUrl, apiVersion: "2024-10-21" }, "d");
    expect(call.path).toBe(path);
  });

  test("may carry the version", async () => {
    const baseUrl = `${RESOURCE}/openai/deployments/mine/audio/translations?api-version=2024-06-01`;
    const call = await callOf({ baseUrl });
    expect(queryValues(call, "api-version")).toEqual(["2024-06-01"]);
  });

  test("must be there and must not contradict the dialect", () => {
    expect(refusalOf({ apiKey: KEY }).message).toContain("api_base");
    const contradiction = settingsOf({
      baseUrl: `${RESOURCE}/openai/v1`,
      extra: { azure_dialect: "classic" },
    });
    expect(refusalOf(contradiction).param).toBe("azure_dialect");
    expect(refusalOf(settingsOf({ extra: { azure_dialect: "v2" } })).message).toContain("v2");
  });
});

describe("a deployment that the likely dialect does not know", () => {
  const missing = fixture("error-deployment-not-found");
  /** Knows deployments in one of the dialects alone. */
  const knownAt =
    (prefix: string, answer: Fixture = fixture("whisper-json")): FakeVendor =>
    (call) =>
      call.path.startsWith(prefix) ? answer : missing;

  test("is found in the other one, and from then on there at once", async () => {
    const { calls, transcribe } = prepare({}, knownAt("/openai/deployments/"));
    await transcribe("whisper");
    await transcribe("whisper");
    expect(calls.map(({ url }) => url.slice(RESOURCE.length))).toEqual([
      "/openai/v1/audio/transcriptions",
      "/openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21",
      "/openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21",
    ]);
  });

  test("is found by v1 although the version is dated", async () => {
    const { calls, transcribe } = prepare({ apiVersion: "2024-10-21" }, knownAt("/openai/v1/"));
    await transcribe("gpt-4o-transcribe");
    expect(calls.map(({ path }) => path)).toEqual([
      "/openai/deployments/gpt-4o-transcribe/audio/transcriptions",
      "/openai/v1/audio/transcriptions",
    ]);
  });

  test("is remembered for itself alone", async () => {
    const { calls, transcribe } = prepare({}, (call) =>
      fieldValues(call, "model").includes("one") || call.path.includes("/deployments/two/")
        ? fixture("whisper-json")
        : missing,
    );
    await transcribe("two");
    await transcribe("one");
    expect(calls.at(-1)?.path).toBe("/openai/v1/audio/transcriptions");
  });

  test("streams from the other dialect, too", async () => {
    const { calls, stream } = prepare(
      { apiVersion: "2025-04-01-preview" },
      knownAt("/openai/v1/", fixture("stream")),
    );
    const events: TranscriptEvent[] = [];
    for await (const event of stream("gpt-4o-transcribe")) events.push(event);
    expect(events.at(-1)?.type).toBe("done");
    expect(calls).toHaveLength(2);
  });

  test("and neither does the other is told by the first one's error", async () => {
    const { calls, transcribe } = prepare({}, () => missing);
    const error = await errorOf(transcribe("nowhere"));
    expect([error.code, error.upstreamStatus, calls.length]).toEqual([
      "provider_model_not_found",
      404,
      2,
    ]);
    expect(error.requestId).toBe("3f1c0f58-1111-2222-3333-444455556666");
  });

  test("is not looked for elsewhere when the settings decide for a dialect", async () => {
    const { calls, transcribe } = prepare({ extra: { azure_dialect: "v1" } }, () => missing);
    await errorOf(transcribe("whisper"));
    expect(calls).toHaveLength(1);
  });

  test("is not looked for after any other error", async () => {
    const { calls, transcribe } = prepare({}, () => fixture("error-rate-limit"));
    const error = await errorOf(transcribe("whisper"));
    expect([error.code, calls.length]).toEqual(["rate_limited", 1]);
  });
});

describe("credentials", () => {
  test("may be an Entra token, with or without its scheme", async () => {
    for (const token of ["entra-test-token", "Bearer entra-test-token"]) {
      const { calls, transcribe } = prepare({ apiKey: "", extra: { azure_ad_token: token } }, () =>
        fixture("whisper-json"),
      );
      await transcribe("whisper");
      expect(calls[0]?.headers["authorization"]).toBe("Bearer entra-test-token");
      expect(calls[0]?.headers).not.toHaveProperty("api-key");
    }
  });

  test("are a key or a token, not both, not neither", () => {
    const both = refusalOf(settingsOf({ extra: { azure_ad_token: "entra-test-token" } }));
    expect([both.code, both.param]).toEqual(["invalid_request", "azure_ad_token"]);
    const neither = refusalOf({ baseUrl: RESOURCE });
    expect(neither.message).toContain("AZURE_AD_TOKEN");
    expect(`${both.message}${neither.message}`).not.toMatch(/entra-test-token|azure-test-key/u);
  });
});

describe("what a deployment can do", () => {
  const formatsOf = (deployment: string, baseModel?: string): readonly string[] => {
    const extra = baseModel === undefined ? {} : { base_model: baseModel };
    const { capabilities } = azureProvider.create(settingsOf({ extra }));
    return capabilitiesOf(capabilities, deployment).nativeFormats;
  };

  test("is read from its base model, else from its name, else it is taken for Whisper", () => {
    expect(formatsOf("production", "azure/gpt-4o-transcribe")).toEqual(["json"]);
    expect(formatsOf("My-GPT-4o-Mini-Transcribe")).toEqual(["json"]);
    expect(formatsOf("gpt-4o-transcribe-diarize")).toContain("diarized_json");
    expect(formatsOf("production")).toContain("srt");
    expect(formatsOf("gpt-4o-transcribe", "whisper")).toContain("srt");
  });

  test("decides how it is asked", async () => {
    const patch = { languages: ["en", "fr"] };
    const list = await callOf({ extra: { base_model: "gpt-transcribe" } }, "production", patch);
    expect(fieldValues(list, "languages[]")).toEqual(["en", "fr"]);
    const diarize = await callOf({}, "team-Diarize", {
      responseFormat: "diarized_json",
      diarize: true,
      audio: { ...createAudioSample().file, durationSeconds: undefined },
    });
    expect(fieldValues(diarize, "chunking_strategy")).toEqual(["auto"]);
  });

  test("is told by the base URL where that names the deployment", () => {
    const { capabilities } = azureProvider.create(
      settingsOf({
        baseUrl: `${RESOURCE}/openai/deployments/gpt-4o-transcribe`,
        apiVersion: "2025-04-01-preview",
      }),
    );
    expect(capabilitiesOf(capabilities, "anything").nativeFormats).toEqual(["json"]);
  });
});

describe("answers and refusals", () => {
  test("carry the id that Azure's support asks for", async () => {
    const { transcribe } = prepare({}, () => fixture("whisper-json"));
    const transcript = await transcribe("whisper");
    expect(transcript.requestId).toBe("3f1c0f58-1111-2222-3333-444455556666");
    expect(transcript.text).toMatch(/^The ocelot/u);
  });

  const cases: readonly (readonly [string, string, number | undefined])[] = [
    ["error-access-denied", "provider_authentication", undefined],
    ["error-rate-limit", "rate_limited", 33_000],
    ["error-deployment-not-found", "provider_model_not_found", undefined],
    ["error-resource-not-found", "provider_model_not_found", undefined],
  ];

  test.each(cases)("%s is %s", async (name, code, retryAfterMs) => {
    const { transcribe } = prepare({}, () => fixture(name));
    const error = await errorOf(transcribe("whisper"));
    expect([error.code, error.retryAfterMs]).toEqual([code, retryAfterMs]);
  });

  test("health is asked for in the dialect's own place", async () => {
    const v1 = prepare({}, () => ({ body: { data: [] } }));
    await v1.checkHealth();
    expect(v1.calls[0]?.url).toBe(`${RESOURCE}/openai/v1/models`);
    const classic = prepare({ apiVersion: "2024-10-21" }, () => ({ body: { data: [] } }));
    await classic.checkHealth();
    expect(classic.calls[0]?.url).toBe(`${RESOURCE}/openai/models?api-version=2024-10-21`);
  });
});
