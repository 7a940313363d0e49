import type { ProviderSettings } from "@earshot/core";
import {
  createContext,
  createFakeTransport,
  createRequest,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeAnswer } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { classifyElevenlabsError } from "./classify-elevenlabs-error.ts";
import { elevenlabsProvider } from "./elevenlabs-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const setUp = (settings: Partial<ProviderSettings> = {}, answer: FakeAnswer = fixture("text")) => {
  const transport = createFakeTransport(() => answer);
  const { context } = createContext({ transport: transport.send });
  const provider = elevenlabsProvider.create({ apiKey: "xi-test-1", ...settings });
  return { transport, context, provider };
};

const urlFor = async (settings: Partial<ProviderSettings>) => {
  const { transport, context, provider } = setUp(settings);
  await provider.transcribe(createRequest("scribe_v2"), context);
  return transport.calls[0]?.url;
};

describe("the address", () => {
  it.each<[Partial<ProviderSettings>, string]>([
    [{}, "https://api.elevenlabs.io/v1/speech-to-text"],
    [{ extra: { region: "us" } }, "https://api.us.elevenlabs.io/v1/speech-to-text"],
    [{ extra: { region: "eu" } }, "https://api.eu.residency.elevenlabs.io/v1/speech-to-text"],
    [{ baseUrl: "https://api.elevenlabs.io" }, "https://api.elevenlabs.io/v1/speech-to-text"],
    [{ baseUrl: "http://localhost:8080" }, "http://localhost:8080/speech-to-text"],
  ])("for %j is %s", async (settings, url) => {
    expect(await urlFor(settings)).toBe(url);
  });

  it.each(["constructor", "__proto__", "toString"])("is no object's for %s", async (region) => {
    const url = await urlFor({ extra: { region } }).catch((error: unknown) => String(error));
    expect(url).not.toMatch(/function|object/iu);
  });

  it("is given once", () => {
    const settings = { baseUrl: "https://api.elevenlabs.io/v1", extra: { region: "eu" } };
    expect(() => setUp(settings)).toThrow(expect.objectContaining({ param: "region" }));
  });
});

describe("the health", () => {
  it("is asked for with a call that costs nothing", async () => {
    const { transport, context, provider } = setUp({}, { body: [] });
    await provider.checkHealth?.(context);
    expect(transport.calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://api.elevenlabs.io/v1/models",
    ]);
  });

  it("is good when the key may transcribe and not list models", async () => {
    const detail = {
      status: "missing_permissions",
      message: "The API key you used is missing the permission models_read",
    };
    const { context, provider } = setUp({}, { status: 401, body: { detail } });
    await expect(provider.checkHealth?.(context)).resolves.toBeUndefined();
  });

  it.each(["error-invalid-key", "error-missing-permission", "error-quota"])(
    "is bad with %s",
    async (name) => {
      const { context, provider } = setUp({}, fixture(name));
      await expect(provider.checkHealth?.(context)).rejects.toMatchObject({ upstreamStatus: 401 });
    },
  );
});

describe("an error of ElevenLabs", () => {
  const classify = (body: unknown, headers: Record<string, string> = {}, status = 400) =>
    classifyElevenlabsError({
      provider: "elevenlabs",
      status,
      header: (name) => headers[name],
      bodyText: JSON.stringify(body),
      now: 0,
    });

  it("keeps the id that its support asks for", () => {
    const { body } = fixture("error-invalid-key");
    expect(classify(body, {}, 401).requestId).toBe("cafc5cb04369d15dc6034a91624b7c23");
    const headers = { "x-trace-id": "b736e114506d20210112110b377c6f9b" };
    expect(classify(fixture("error-quota").body, headers, 401).requestId).toBe(
      "b736e114506d20210112110b377c6f9b",
    );
  });

  it("is read where it is a mere sentence", () => {
    const error = classify({ detail: "The audio could not be decoded." });
    expect(error).toMatchObject({ code: "audio_unreadable", param: "file" });
  });

  it("names the client's field, not ElevenLabs' own", () => {
    const problem = { loc: ["body", "keyterms", 3], msg: "String is too long", type: "too_long" };
    expect(classify({ detail: [problem] }, {}, 422)).toMatchObject({
      code: "invalid_request",
      param: "keywords",
      upstreamStatus: 422,
    });
  });
});
