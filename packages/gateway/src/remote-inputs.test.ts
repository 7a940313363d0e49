import { fileFromBytes } from "@earshot/audio";
import { readConfig } from "@earshot/config";
import type { GatewayRequest, JsonValue } from "@earshot/core";
import { createFakeTransport, fieldValues, speechSample } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { builtinProviders } from "./builtin-providers.ts";
import { createGateway } from "./create-gateway.ts";
import { createKnownParams } from "./known-options.ts";

const PARAMS = {
  mistral: "{ model: mistral/voxtral-mini-latest, api_key: test-key }",
  preset: "{ model: mistral/voxtral-mini-latest, api_key: test-key, file_id: file-of-operator }",
  own: "{ model: openai_compatible/whisper, api_base: 'http://127.0.0.1:9/v1' }",
} as const;

const setUp = (params: keyof typeof PARAMS, settings = "") => {
  const { send, calls } = createFakeTransport(() => ({
    body: { text: "Ask not.", model: "voxtral-mini-latest", segments: [], language: null },
  }));
  const { config } = readConfig({
    text: `model_list: [{ model_name: a, litellm_params: ${PARAMS[params]} }]\n${settings}`,
    fileName: "config.yaml",
    environment: {},
    knownParams: createKnownParams(),
  });
  const gateway = createGateway(config, { environment: {}, transport: send });
  const audio = fileFromBytes(speechSample(), "talk.wav");
  const ask = (request: Partial<GatewayRequest>) =>
    gateway.transcribe({ model: "a", audio, numRetries: 0, ...request });
  return { ask, calls };
};

const OPENED = "earshot_settings: { allow_remote_inputs: true }\n";
const refusal = (param: string) => ({
  code: "unsupported_feature",
  param,
  message: expect.stringContaining("earshot_settings.allow_remote_inputs") as string,
});

const URL_AUDIO = { type: "url", url: "https://audio.example/talk.mp3" } as const;

describe("what reaches into the operator's account or network", () => {
  test.each([
    ["a form field", { extra: { file_id: ["file-1"] } }],
    ["an option of the provider", { providerOptions: { mistral: { file_id: "file-1" } } }],
  ])("is closed to clients, as %s", async (_name, request) => {
    const { ask, calls } = setUp("mistral");
    await expect(ask(request)).rejects.toMatchObject(refusal("file_id"));
    expect(calls).toEqual([]);
  });

  test("is left out with a warning where the client lets options be dropped", async () => {
    const { ask, calls } = setUp("mistral");
    const { transcript } = await ask({ extra: { file_id: "file-1" }, dropParams: true });
    expect(transcript.warnings).toMatchObject([{ param: "file_id" }]);
    expect(fieldValues(calls[0] ?? never(), "file_id")).toEqual([]);
  });

  test("audio by URL is closed too, for every provider", async () => {
    for (const params of ["mistral", "own"] as const) {
      const { ask, calls } = setUp(params);
      await expect(ask({ audio: URL_AUDIO })).rejects.toMatchObject(refusal("url"));
      await expect(ask({ audio: URL_AUDIO, dropParams: true })).rejects.toMatchObject(
        refusal("url"),
      );
      expect(calls).toEqual([]);
    }
  });

  test("is open where the config opens it", async () => {
    const { ask, calls } = setUp("mistral", OPENED);
    await ask({ extra: { file_id: "file-1" } });
    await ask({ audio: URL_AUDIO });
    expect(fieldValues(calls[0] ?? never(), "file_id")).toEqual(["file-1"]);
    expect(fieldValues(calls[1] ?? never(), "file_url")).toEqual([URL_AUDIO.url]);
  });

  test("the operator's own preset is always sent", async () => {
    const { ask, calls } = setUp("preset");
    await ask({});
    await expect(ask({ extra: { file_id: "file-of-client" } })).rejects.toMatchObject(
      refusal("file_id"),
    );
    await ask({ extra: { file_id: "file-of-client" }, dropParams: true });
    expect(calls.map((call) => fieldValues(call, "file_id"))).toEqual([
      ["file-of-operator"],
      ["file-of-operator"],
    ]);
  });
});

describe("a server that takes any option", () => {
  const cases: readonly (readonly [string, JsonValue])[] = [
    ["apiKey", "sk-other"],
    ["audio_url", "x"],
    ["callback", "x"],
    ["webhook_id", "x"],
    ["s3_object", "x"],
    ["output_bucket", "x"],
    ["file_id", "x"],
    ["fileId", "x"],
    ["project_id", "x"],
    ["model_path", "x"],
    ["filename", "x"],
    ["anything", "http://169.254.169.254/latest/meta-data"],
    ["anything", "file:///etc/passwd"],
    ["anything", "/etc/passwd"],
    ["anything", "../../secret"],
    ["anything", ["fine", "s3://bucket/key"]],
    ["anything", { deep: { api_base: "x" } }],
    ["anything", '{"audio": "https://a.example"}'],
    ["vllm_xargs", '{"lora": "https://a.example"}'],
    ["vllm_xargs", '{"file_id":"SECRET"}'],
    ["vllm_xargs", '{"deep":[{"audioUrl":"x"}]}'],
    ["options", '{"file_id":"S","model_path":"x/y"}'],
    ["options", ' {"prompt": {"file_id": "S"}}'],
    ["options", JSON.stringify(JSON.stringify({ file_id: "S" }))],
    ["options", { inner: '{"file_id":"S"}' }],
    ["options", "{'file_id': 'S'}"],
    ["options", '{"file_id": "S", "x": NaN}'],
    ["options", `${"[".repeat(5000)}1${"]".repeat(5000)}`],
    ["options", `{"a":"${"a ".repeat(40_000)}"}`],
    ["extra", '[{"audio_path":"rel/x"}]'],
    ["anything", "\\\\10.0.0.5\\share\\a.wav"],
    ["anything", "./../secret.wav"],
    ["anything", "..\\x"],
    ["anything", "a/../../secret"],
    ["anything", "c:/secret.wav"],
    ["anything", "localhost:9000"],
    ["anything", "169.254.169.254/latest"],
    ["anything", "https://a.example/a talk.mp3"],
    ["path_to_audio", "x"],
    ["audio_paths", "x"],
    ["audiopath", "x"],
    ["src", "x"],
    ["href", "x"],
    ["link", "x"],
    ["files", "x"],
    ["recording_id", "x"],
    ["api_endpoint", "x"],
    ["endpoint", "x"],
    ["hotwords_file", "x"],
    ["prompt_url", "x"],
    ["options[file_id]", "x"],
  ];

  test.each(cases)("does not get %s=%j from clients", async (name, value) => {
    const { ask, calls } = setUp("own");
    const expected =
      name === "vllm_xargs" ? { code: "unsupported_feature", param: name } : refusal(name);
    await expect(ask({ extra: { [name]: value } })).rejects.toMatchObject(expected);
    await expect(
      ask({ providerOptions: { openai_compatible: { [name]: value } } }),
    ).rejects.toMatchObject(expected);
    expect(calls).toEqual([]);
    await setUp("own", OPENED).ask({ extra: { [name]: value } });
  });

  test.each(["api_base", "base_url", "API-Key", "extra_headers"])(
    "never gets %s from clients, whatever the config opens",
    async (name) => {
      const { ask, calls } = setUp("own", OPENED);
      await expect(ask({ extra: { [name]: "attacker" } })).rejects.toMatchObject({
        code: "unsupported_feature",
        param: name,
      });
      expect(calls).toEqual([]);
    },
  );

  test.each([
    ["hotwords", "Earshot and/or Kubernetes"],
    ["vad_filter", "true"],
    ["suppress_tokens", "[-1]"],
    ["max_new_tokens", "448"],
    ["initial_prompt", "Names: Ada"],
    ["word_timestamps", "true"],
    ["condition_on_previous_text", "false"],
    ["file_format", "other"],
    ["speaker_id", "7"],
    ["temperature_inc", "0.2"],
    ["initial_prompt", "See https://example.com for the agenda"],
    ["initial_prompt", "https://example.com"],
    ["initial_prompt", '{"Ada": "https://example.com"'],
    ["task_prompt", "/think"],
    ["options[context]", "/etc/hosts is a file"],
    ["note", "Notes are at https://example.com today"],
    ["note", "[Ada] and/or {Bob}"],
    ["endpoint_silence_ms", "300"],
    ["endpointing", "300"],
    ["enable_endpoint", "true"],
    ["voice_profile", "calm"],
    ["options", '{"best_of":5,"context":"see https://example.com"}'],
    ["start", "10:30"],
  ])("still gets %s=%s", async (name, value) => {
    const { ask, calls } = setUp("own");
    await ask({ extra: { [name]: [value] } });
    expect(fieldValues(calls[0] ?? never(), name)).toEqual([value]);
  });
});

describe("the options of built-in providers", () => {
  const SUSPICIOUS =
    /(?:^|_)(?:\w*url|uri|ids?|files?|path|dir|folder|callback|webhook|bucket|storage|cloud|s3|gcs|host|endpoint|proxy|server|account|project|tenant|workspace|library|key|token|secret|auth|header|metadata)(?:_|$)/u;

  /** Looked at, and why a client may send them. */
  const HARMLESS: Readonly<Record<string, string>> = {
    "deepgram.callback": "refused by the provider itself",
    "deepgram.callback_method": "refused by the provider itself",
    "elevenlabs.webhook": "refused by the provider itself",
    "elevenlabs.file_format": "how the audio itself is coded",
    "openai_compatible.token_timestamps": "times of tokens of the text",
  };

  test("with a name that reaches out are closed, or known to be harmless", () => {
    const names = builtinProviders.flatMap(({ kind, options }) =>
      Object.entries(options)
        .filter(([name, { reachesOperator }]) => SUSPICIOUS.test(name) && reachesOperator !== true)
        .map(([name]) => `${kind}.${name}`),
    );
    expect(names.toSorted()).toEqual(Object.keys(HARMLESS).toSorted());
  });

  test("that are closed are these", () => {
    const closed = builtinProviders.flatMap(({ kind, options }) =>
      Object.entries(options)
        .filter(([, { reachesOperator }]) => reachesOperator === true)
        .map(([name]) => `${kind}.${name}`),
    );
    expect(closed.toSorted()).toEqual(["elevenlabs.use_speaker_library", "mistral.file_id"]);
  });
});

const never = (): never => {
  throw new Error("Nothing was sent.");
};
