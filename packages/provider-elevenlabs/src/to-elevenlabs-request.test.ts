import { createRequest } from "@earshot/provider-testkit";
import type { RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { toElevenlabsCall } from "./to-elevenlabs-request.ts";

const server = { baseUrl: "https://api.elevenlabs.io/v1", headers: { "xi-api-key": "xi-test-1" } };

const callFor = (patch: RequestPatch = {}, model = "scribe_v2") =>
  toElevenlabsCall(server, createRequest(model, patch));

const fieldsOf = (patch: RequestPatch, model?: string) => {
  const { body } = callFor(patch, model).call;
  return body.type === "multipart" ? body.fields : [];
};

const valuesOf = (name: string, patch: RequestPatch, model?: string) =>
  fieldsOf(patch, model)
    .filter(([key]) => key === name)
    .map(([, value]) => value);

describe("the call to ElevenLabs", () => {
  it("asks for words and for no sounds in the text, file last", () => {
    const { call, warnings } = callFor();
    expect(call).toMatchObject({
      method: "POST",
      url: "https://api.elevenlabs.io/v1/speech-to-text",
      headers: { "xi-api-key": "xi-test-1" },
      body: {
        type: "multipart",
        fields: [
          ["model_id", "scribe_v2"],
          ["timestamps_granularity", "word"],
          ["tag_audio_events", "false"],
        ],
        file: { name: "file" },
      },
    });
    expect(warnings).toEqual([]);
  });

  it("writes sounds into the text when that is asked for", () => {
    expect(valuesOf("tag_audio_events", { options: { tag_audio_events: true } })).toEqual(["true"]);
  });

  it("lets ElevenLabs fetch a URL", () => {
    const audio = { type: "url", url: "https://audio.example/talk.mp3" } as const;
    const { body } = callFor({ audio }).call;
    expect(body).not.toHaveProperty("file");
    expect(valuesOf("source_url", { audio })).toEqual([audio.url]);
  });

  it.each([
    [["en-US"], ["en"]],
    [["haw"], ["haw"]],
    [[], []],
    [["en", "de"], []],
  ])("sends the languages %j as %j", (languages, sent) => {
    expect(valuesOf("language_code", { languages })).toEqual(sent);
  });

  it("sends ElevenLabs' own language code before OpenAI's, and says so", () => {
    const patch: RequestPatch = { languages: ["en"], options: { language_code: "nor" } };
    expect(valuesOf("language_code", patch)).toEqual(["nor"]);
    expect(callFor(patch).warnings.map(({ param }) => param)).toEqual(["language"]);
  });

  it("sends keywords and keyterms as one list without repeats", () => {
    const options = { keyterms: ["Loreley", "Zugspitze"] };
    expect(valuesOf("keyterms", { keywords: ["Zugspitze"], options })).toEqual([
      "Zugspitze",
      "Loreley",
    ]);
    const old = valuesOf("keyterms", { keywords: ["Zugspitze"], options }, "scribe_v1");
    expect(old).toEqual(["Loreley", "Zugspitze"]);
  });

  it("repeats lists, and puts the logging into the query", () => {
    const options = { entity_detection: ["pii", "phi"], enable_logging: false };
    expect(valuesOf("entity_detection", { options })).toEqual(["pii", "phi"]);
    expect(valuesOf("enable_logging", { options })).toEqual([]);
    expect(callFor({ options }).call.url).toBe(
      "https://api.elevenlabs.io/v1/speech-to-text?enable_logging=false",
    );
  });

  it.each<[RequestPatch, string]>([
    [{ prompt: "Zugspitze" }, "prompt"],
    [{ languages: ["en", "de"] }, "languages"],
    [{ include: ["logprobs"] }, "include"],
    [{ chunkingStrategy: { type: "server_vad" } }, "chunking_strategy"],
  ])("warns of what it leaves out: %j", (patch, param) => {
    expect(callFor(patch).warnings.map((warning) => warning.param)).toEqual([param]);
  });

  it("warns of keywords for the old model alone, and of no automatic chunking", () => {
    expect(callFor({ keywords: ["Zugspitze"], chunkingStrategy: "auto" }).warnings).toEqual([]);
    const { warnings } = callFor({ keywords: ["Zugspitze"] }, "scribe_v1");
    expect(warnings.map(({ param }) => param)).toEqual(["keywords"]);
  });
});
