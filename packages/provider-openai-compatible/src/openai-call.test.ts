import type { ResponseFormat, TranscriptionRequest } from "@earshot/core";
import { checkRequest } from "@earshot/provider-kit";
import { createAudioSample, createRequest } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import type { FormField, OpenaiDeviations } from "./deviations.ts";
import { toOpenaiCall, wireFormatOf } from "./openai-call.ts";
import { openaiModelFamilies, openaiModelRules } from "./openai-models.ts";
import { serverDialects } from "./server-dialects.ts";
import type { ServerDialectName } from "./server-dialects.ts";
import { serverOptions } from "./server-options.ts";

const { whisper, gpt4oDiarize, gptTranscribe, gpt4oTranscribe } = openaiModelFamilies;

interface Sent {
  readonly url: string;
  readonly fields: readonly FormField[];
  readonly warnings: readonly string[];
  readonly hasFile: boolean;
}

const toRequest = (changes: Partial<TranscriptionRequest>): TranscriptionRequest =>
  createRequest(changes.model ?? "whisper-1", {
    diarize: changes.responseFormat === "diarized_json",
    ...changes,
  });

const plan = (
  changes: Partial<TranscriptionRequest>,
  capabilities = whisper,
  deviations: OpenaiDeviations = openaiModelRules(),
): Sent => {
  const server = {
    kind: "acme",
    baseUrl: "https://api.example/v1/",
    headers: {},
    capabilities: { default: capabilities },
    options: serverOptions,
    deviations,
  };
  const checked = checkRequest(server, toRequest(changes));
  const { call, warnings } = toOpenaiCall(server, checked.request);
  if (call.body.type !== "multipart") throw new Error("The form is multipart.");
  return {
    url: call.url,
    fields: call.body.fields,
    warnings: [...checked.warnings, ...warnings].map(({ param }) => param),
    hasFile: call.body.file !== undefined,
  };
};

const planAt = (name: ServerDialectName, changes: Partial<TranscriptionRequest>): Sent =>
  plan(changes, serverDialects[name].capabilities, serverDialects[name].deviations);

describe("toOpenaiCall", () => {
  test("sends the model first, arrays with brackets, and the file", () => {
    expect(
      plan({
        languages: ["en-US"],
        prompt: "Gettysburg",
        temperature: 0,
        responseFormat: "verbose_json",
        timestampGranularities: ["word", "segment"],
      }),
    ).toEqual({
      url: "https://api.example/v1/audio/transcriptions",
      fields: [
        ["model", "whisper-1"],
        ["language", "en"],
        ["prompt", "Gettysburg"],
        ["response_format", "verbose_json"],
        ["temperature", "0"],
        ["timestamp_granularities[]", "word"],
        ["timestamp_granularities[]", "segment"],
      ],
      warnings: [],
      hasFile: true,
    });
  });

  test("sends nothing that was not asked for", () => {
    expect(plan({}).fields).toEqual([
      ["model", "whisper-1"],
      ["response_format", "json"],
    ]);
  });

  test("sends gpt-transcribe its languages and keywords as lists", () => {
    const { fields, warnings } = plan(
      { model: "gpt-transcribe", languages: ["en", "pt-BR"], keywords: ["Earshot", "Groq"] },
      gptTranscribe,
    );
    expect(fields).toEqual([
      ["model", "gpt-transcribe"],
      ["languages[]", "en"],
      ["languages[]", "pt"],
      ["keywords[]", "Earshot"],
      ["keywords[]", "Groq"],
      ["response_format", "json"],
    ]);
    expect(warnings).toEqual([]);
  });

  test("lets the model detect the language when only one of several hints could be sent", () => {
    const { fields, warnings } = plan({ languages: ["en", "fr"] });
    expect(fields.map(([name]) => name)).not.toContain("language");
    expect(warnings).toEqual(["languages"]);
  });

  test("puts keywords into the prompt of a model that takes no keywords", () => {
    const { fields, warnings } = plan({ prompt: "A talk.", keywords: ["Earshot", "Groq"] });
    expect(fields).toContainEqual(["prompt", "A talk. Earshot, Groq"]);
    expect(warnings).toEqual(["keywords"]);
  });

  test("sends known speakers in pairs and the chunking strategy as text", () => {
    const { fields } = plan(
      {
        model: "gpt-4o-transcribe-diarize",
        responseFormat: "diarized_json",
        knownSpeakers: [{ name: "agent", reference: "data:audio/wav;base64,AAAA" }],
        chunkingStrategy: { type: "server_vad", threshold: 0.4 },
      },
      gpt4oDiarize,
    );
    expect(fields).toEqual([
      ["model", "gpt-4o-transcribe-diarize"],
      ["response_format", "diarized_json"],
      ["chunking_strategy", '{"type":"server_vad","threshold":0.4}'],
      ["known_speaker_names[]", "agent"],
      ["known_speaker_references[]", "data:audio/wav;base64,AAAA"],
    ]);
  });

  test("chunks long or unmeasured audio for the model that demands it, unless told how", () => {
    const lengths: readonly (readonly [number | undefined, boolean])[] = [
      [undefined, true],
      [30, false],
      [31, true],
    ];
    for (const [durationSeconds, chunked] of lengths) {
      const audio = { ...createAudioSample().file, durationSeconds };
      const { fields } = plan({ model: "gpt-4o-transcribe-diarize", audio }, gpt4oDiarize);
      expect(fields.some(([name, value]) => name === "chunking_strategy" && value === "auto")).toBe(
        chunked,
      );
      expect(plan({ audio }).fields.map(([name]) => name)).not.toContain("chunking_strategy");
    }
  });

  test("asks for log probabilities only where the answer can hold them", () => {
    const include = ["logprobs"] as const;
    const model = "gpt-4o-transcribe";
    expect(plan({ model, include }, gpt4oTranscribe).fields).toContainEqual([
      "include[]",
      "logprobs",
    ]);
    expect(plan({ include }).warnings).toEqual(["include"]);
  });

  test("asks for times as the client's format needs them", () => {
    const times = (changes: Partial<TranscriptionRequest>): readonly string[] =>
      planAt("together", changes)
        .fields.filter(([name]) => name === "timestamp_granularities[]")
        .map(([, value]) => value);
    expect(times({ responseFormat: "srt" })).toEqual(["segment"]);
    expect(times({ responseFormat: "vtt", timestampGranularities: ["word"] })).toEqual([
      "segment",
      "word",
    ]);
    expect(times({ responseFormat: "verbose_json" })).toEqual([]);
    expect(times({ responseFormat: "json" })).toEqual([]);
  });

  test("leaves out word times that the model does not measure, with a warning", () => {
    const { fields, warnings } = planAt("vllm", {
      responseFormat: "verbose_json",
      timestampGranularities: ["word", "segment"],
    });
    expect(fields.filter(([name]) => name === "timestamp_granularities[]")).toEqual([
      ["timestamp_granularities[]", "segment"],
    ]);
    expect(warnings).toEqual(["timestamp_granularities"]);
  });

  test("does not warn of times that nobody asked for", () => {
    const { fields, warnings } = plan(
      { task: "translate", responseFormat: "srt" },
      { ...whisper, nativeFormats: ["json", "verbose_json"] },
    );
    expect(fields.map(([name]) => name)).toEqual(["model", "response_format"]);
    expect(warnings).toEqual([]);
  });

  test("leaves out what translations do not take", () => {
    const { url, fields, warnings } = plan({
      task: "translate",
      languages: ["de"],
      prompt: "Wolfgang",
      responseFormat: "verbose_json",
      timestampGranularities: ["segment"],
    });
    expect(url).toBe("https://api.example/v1/audio/translations");
    expect(fields.map(([name]) => name)).toEqual(["model", "prompt", "response_format"]);
    expect(warnings).toEqual(["language", "timestamp_granularities"]);
  });

  test("warns of a prompt that the model does not take", () => {
    const { fields, warnings } = plan({ prompt: "x" }, gpt4oDiarize);
    expect(fields.map(([name]) => name)).not.toContain("prompt");
    expect(warnings).toEqual(["prompt"]);
  });

  test("sends options under their own names, in place of what was derived", () => {
    const { fields } = planAt("vllm", {
      keywords: ["Earshot"],
      options: {
        hotwords: "Groq",
        seed: 7,
        vllm_xargs: { a: 1 },
        novel: ["x", "y"],
        model: "evil",
      },
    });
    expect(fields).toEqual([
      ["model", "whisper-1"],
      ["response_format", "json"],
      ["hotwords", "Groq"],
      ["seed", "7"],
      ["vllm_xargs", '{"a":1}'],
      ["novel", "x"],
      ["novel", "y"],
    ]);
  });
});

describe("the dialects of servers", () => {
  test("speaches gets keywords as hotwords", () => {
    expect(planAt("speaches", { keywords: ["Earshot", "Groq"] }).fields).toContainEqual([
      "hotwords",
      "Earshot, Groq",
    ]);
  });

  test("vLLM is asked to count tokens at the end of a stream", () => {
    expect(planAt("vllm", { stream: true }).fields).toEqual([
      ["model", "whisper-1"],
      ["response_format", "json"],
      ["stream", "true"],
      ["stream_include_usage", "true"],
    ]);
    expect(planAt("vllm", {}).fields.map(([name]) => name)).not.toContain("stream_include_usage");
  });

  test("vLLM is told the language of what it translates", () => {
    const { fields } = planAt("vllm", { task: "translate", languages: ["de"], keywords: ["Kant"] });
    expect(fields).toContainEqual(["language", "de"]);
    expect(fields).toContainEqual(["hotwords", "Kant"]);
  });

  test("whisper.cpp detects the language and keeps segments whole", () => {
    const { url, fields } = planAt("whisper.cpp", { responseFormat: "srt" });
    expect(url).toBe("https://api.example/v1/inference");
    expect(fields).toEqual([
      ["model", "whisper-1"],
      ["response_format", "verbose_json"],
      ["language", "auto"],
      ["no_language_probabilities", "true"],
      ["token_timestamps", "false"],
    ]);
  });

  test("whisper.cpp cuts between words when it times them", () => {
    const { fields, warnings } = planAt("whisper.cpp", {
      responseFormat: "verbose_json",
      timestampGranularities: ["word"],
      languages: ["de"],
    });
    expect(fields).toContainEqual(["split_on_word", "true"]);
    expect(fields).toContainEqual(["language", "de"]);
    expect(fields.map(([name]) => name)).not.toContain("token_timestamps");
    expect(warnings).toEqual([]);
  });

  test("whisper.cpp and LocalAI translate by a field, on the same path", () => {
    expect(planAt("whisper.cpp", { task: "translate" }).fields).toContainEqual([
      "translate",
      "true",
    ]);
    const { url, fields } = planAt("localai", { task: "translate" });
    expect(url).toBe("https://api.example/v1/audio/transcriptions");
    expect(fields).toContainEqual(["translate", "true"]);
  });

  test("LocalAI looks for speakers only when asked to", () => {
    expect(planAt("localai", {}).fields).toContainEqual(["diarize", "false"]);
    expect(planAt("localai", { responseFormat: "diarized_json" }).fields).toEqual([
      ["model", "whisper-1"],
      ["response_format", "verbose_json"],
      ["timestamp_granularities[]", "segment"],
      ["diarize", "true"],
    ]);
  });

  test("Together takes a URL in place of a file and detects the language", () => {
    const { fields, hasFile } = planAt("together", {
      audio: { type: "url", url: "https://files.example/talk.mp3" },
      options: { min_speakers: 2 },
    });
    expect(fields).toEqual([
      ["model", "whisper-1"],
      ["response_format", "json"],
      ["min_speakers", "2"],
      ["language", "auto"],
      ["file", "https://files.example/talk.mp3"],
    ]);
    expect(hasFile).toBe(false);
  });

  test("Together is not told the source language of a translation, it would be the target", () => {
    const { fields } = planAt("together", { task: "translate", languages: ["de"] });
    expect(fields.map(([name]) => name)).not.toContain("language");
  });

  test("servers without a chunking strategy are not sent one", () => {
    const chunkingStrategy = { type: "server_vad" } as const;
    const { fields, warnings } = planAt("speaches", { chunkingStrategy });
    expect(fields.map(([name]) => name)).not.toContain("chunking_strategy");
    expect(warnings).toEqual(["chunking_strategy"]);
    const usual = planAt("speaches", { chunkingStrategy: "auto" });
    expect(usual.fields.map(([name]) => name)).not.toContain("chunking_strategy");
  });
});

const { capabilities: together, deviations } = serverDialects.together;

type Case = readonly [
  wanted: ResponseFormat,
  changes: Partial<TranscriptionRequest>,
  sent: ResponseFormat,
];

const expectFormats = (
  capabilities: typeof whisper,
  cases: readonly Case[],
  formats?: readonly ResponseFormat[],
): void => {
  for (const [responseFormat, changes, sent] of cases) {
    const request = createRequest("m", {
      responseFormat,
      diarize: responseFormat === "diarized_json",
      ...changes,
    });
    expect([responseFormat, wireFormatOf(request, capabilities, formats)]).toEqual([
      responseFormat,
      sent,
    ]);
  }
};

describe("wireFormatOf", () => {
  test("asks Whisper for what the client asked for", () => {
    expectFormats(whisper, [
      ["json", {}, "json"],
      ["text", {}, "text"],
      ["srt", {}, "srt"],
      ["vtt", {}, "vtt"],
      ["verbose_json", { timestampGranularities: ["word"] }, "verbose_json"],
    ]);
  });

  test("asks for verbose_json when the client needs words that its format cannot hold", () => {
    expectFormats(whisper, [
      ["srt", { timestampGranularities: ["word"] }, "verbose_json"],
      ["json", { timestampGranularities: ["word"] }, "verbose_json"],
    ]);
  });

  test("asks models that answer in JSON alone for JSON", () => {
    expectFormats(gpt4oTranscribe, [
      ["text", {}, "json"],
      ["srt", {}, "json"],
      ["verbose_json", {}, "json"],
    ]);
  });

  test("takes times and speakers from diarized_json where only that has them", () => {
    expectFormats(gpt4oDiarize, [
      ["text", {}, "text"],
      ["srt", {}, "diarized_json"],
      ["verbose_json", {}, "diarized_json"],
      ["json", { diarize: true }, "diarized_json"],
    ]);
  });

  test("takes speakers from verbose_json where there is no diarized_json", () => {
    expectFormats(
      together,
      [
        ["diarized_json", {}, "verbose_json"],
        ["json", { diarize: true }, "verbose_json"],
        ["vtt", {}, "verbose_json"],
        ["text", {}, "json"],
      ],
      deviations.wireFormats,
    );
  });

  test("streams no verbose answers", () => {
    const { vllm } = serverDialects;
    expectFormats(
      vllm.capabilities,
      [
        ["verbose_json", { stream: true }, "json"],
        ["srt", { stream: true }, "json"],
      ],
      vllm.deviations.wireFormats,
    );
    expectFormats(gpt4oDiarize, [["verbose_json", { stream: true }, "diarized_json"]]);
  });
});
