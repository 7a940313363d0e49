import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./index.ts";
import type { Diagnostic, EnvironmentRecord } from "./index.ts";

const withKey = (key: string, variables = ""): string =>
  `${variables}
model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
    api_key: ${key}
`;

const read = (text: string, environment: EnvironmentRecord): ReturnType<typeof readConfig> =>
  readConfig({ text, fileName: "config.yaml", environment });

const keyOf = (text: string, environment: EnvironmentRecord): string | undefined =>
  read(text, environment).config.deployments[0]?.apiKey;

const errorsOf = (text: string, environment: EnvironmentRecord): readonly Diagnostic[] => {
  try {
    read(text, environment);
  } catch (error) {
    if (ConfigError.is(error)) return error.diagnostics;
    throw error;
  }
  return [];
};

test("puts the variable in place of the reference", () => {
  expect(keyOf(withKey("os.environ/KEY"), { KEY: "test-a" })).toBe("test-a");
  expect(keyOf(withKey('"os.environ/ KEY "'), { KEY: "test-a" })).toBe("test-a");
});

test("resolves references wherever a value may stand", () => {
  const { config } = read(
    `
model_list:
- model_name: os.environ/GROUP
  litellm_params:
    model: os.environ/MODEL
    timeout: os.environ/SECONDS
    tags: [os.environ/TAG, eu]
    extra_headers: { X-Key: os.environ/HEADER }
    nested: { list: [os.environ/TAG] }
    count: os.environ/SECONDS
  model_info: { mode: os.environ/MODE }
router_settings:
  fallbacks: [{ the-group: [os.environ/GROUP] }]
  disable_cooldowns: os.environ/FLAG
`,
    {
      GROUP: "the-group",
      MODEL: "whisper-1",
      SECONDS: "2.5",
      TAG: "t",
      HEADER: "test-h",
      MODE: "audio_transcription",
      FLAG: "true",
    },
  );
  expect(config.deployments[0]).toMatchObject({
    group: "the-group",
    model: "whisper-1",
    timeoutMs: 2500,
    tags: ["t", "eu"],
    extraHeaders: { "X-Key": "test-h" },
    extra: { nested: { list: ["t"] }, count: "2.5" },
  });
  expect(config.router).toEqual({
    disableCooldowns: true,
    fallbacks: { "the-group": ["the-group"] },
  });
});

test("finds the file's variables before those of the process, and writes to neither", () => {
  const environment = Object.freeze({ KEY: "outer", OTHER: "kept", GONE: undefined });
  const result = read(
    withKey("os.environ/KEY", "environment_variables: { KEY: inner, PORT: 08 }"),
    environment,
  );
  expect(result.config.deployments[0]?.apiKey).toBe("inner");
  expect(result.config.environment).toEqual({ KEY: "inner", PORT: "08" });
  expect(result.environment).toEqual({ KEY: "inner", OTHER: "kept", PORT: "08" });
});

test("resolves references between the file's variables from top to bottom", () => {
  const variables =
    "environment_variables: { A: os.environ/OUTER, B: os.environ/A, OUTER: os.environ/OUTER }";
  const { config } = read(withKey("os.environ/B", variables), { OUTER: "test-o" });
  expect(config.environment).toEqual({ A: "test-o", B: "test-o", OUTER: "test-o" });
  expect(config.deployments[0]?.apiKey).toBe("test-o");
});

test("names a missing variable at every place that uses it", () => {
  const text = `
model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: os.environ/MISSING }
- model_name: whisper
  litellm_params:
    model: os.environ/MISSING
    extra_headers: { X-Key: os.environ/MISSING }
`;
  const errors = errorsOf(text, {});
  expect(errors.map(({ line, column, path }) => [line, column, path])).toEqual([
    [4, 48, "model_list[0].litellm_params.api_key"],
    [7, 12, "model_list[1].litellm_params.model"],
    [8, 29, "model_list[1].litellm_params.extra_headers.X-Key"],
  ]);
  for (const { severity, message, remedy } of errors) {
    expect(severity).toBe("error");
    expect(message).toBe("The environment variable `MISSING` is not set.");
    expect(remedy).toContain("Set `MISSING`");
  }
});

test("takes an empty variable as missing", () => {
  const [error] = errorsOf(withKey("os.environ/KEY"), { KEY: "" });
  expect(error?.message).toBe("The environment variable `KEY` is empty.");
});

test("does not take what every object has for variables", () => {
  const [error] = errorsOf(withKey("os.environ/constructor"), {});
  expect(error?.message).toBe("The environment variable `constructor` is not set.");
});

test("leaves out white space around a variable, and says so", () => {
  const { config, warnings } = read(withKey("os.environ/KEY"), { KEY: " test-a\n" });
  expect(config.deployments[0]?.apiKey).toBe("test-a");
  expect(warnings.map(({ path, message }) => [path, message])).toEqual([
    [
      "model_list[0].litellm_params.api_key",
      "The environment variable `KEY` begins or ends with white space, which is left out.",
    ],
  ]);
});

test("asks for a name when the reference has none", () => {
  const [error] = errorsOf(withKey("os.environ/"), {});
  expect(error?.message).toBe("`os.environ/` names no environment variable.");
});

test("does not look at variables of settings that have no effect", () => {
  const text = `${withKey("test")}general_settings: { database_url: os.environ/MISSING }\n`;
  expect(read(text, {}).warnings.map(({ path }) => path)).toEqual([
    "general_settings.database_url",
  ]);
});

test.each(["${OPENAI_API_KEY}", "$OPENAI_API_KEY", "process.env.OPENAI_API_KEY", "os.environ.KEY"])(
  "warns that %s is not how a variable is written",
  (written) => {
    const { warnings, config } = read(withKey(`"${written}"`), {});
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      path: "model_list[0].litellm_params.api_key",
      remedy: "Write `os.environ/NAME` to refer to the variable `NAME`.",
    });
    expect(config.deployments[0]?.apiKey).toBe(written);
  },
);

test("refuses a variable that is no text", () => {
  const text = withKey("test", "environment_variables: { A: [1], B: { c: d } }");
  expect(errorsOf(text, {}).map(({ path }) => path)).toEqual([
    "environment_variables.A",
    "environment_variables.B",
  ]);
});
