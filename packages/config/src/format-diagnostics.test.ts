import { expect, test } from "vitest";
import { ConfigError, formatDiagnostics, readConfig } from "./index.ts";
import type { Diagnostic } from "./index.ts";

const problemsOf = (text: string): readonly Diagnostic[] => {
  try {
    return readConfig({ text, fileName: "config.yaml", environment: {} }).warnings;
  } catch (error) {
    if (ConfigError.is(error)) return error.diagnostics;
    throw error;
  }
};

const text = `model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
    api_key: os.environ/OPENAI_API_KEY
    rpm: many
    max_tokens: 5
`;

test("writes place, message, source line and remedy, then the counts", () => {
  expect(formatDiagnostics(problemsOf(text))).toMatchInlineSnapshot(`
    "error config.yaml:5:14 model_list[0].litellm_params.api_key
      The environment variable \`OPENAI_API_KEY\` is not set.
      5 |     api_key: os.environ/OPENAI_API_KEY
        |              ^
      Set \`OPENAI_API_KEY\` before Earshot starts, or under \`environment_variables\`; or write the value itself in place of the reference.

    error config.yaml:6:10 model_list[0].litellm_params.rpm
      \`rpm\` must be a number of 0 or more, not \`many\`.
      6 |     rpm: many
        |          ^
      Write it like this: \`rpm: 60\`.

    warning config.yaml:7:5 model_list[0].litellm_params.max_tokens
      \`max_tokens\` has no meaning for audio and is ignored: it is for chat models.
      7 |     max_tokens: 5
        |     ^
      Remove it.

    2 errors, 1 warning"
  `);
});

test("is what a ConfigError says", () => {
  expect(() => readConfig({ text, fileName: "config.yaml", environment: {} })).toThrow(
    formatDiagnostics(problemsOf(text)),
  );
});

test("tells one cause once, with its places", () => {
  const entries = Array.from(
    { length: 9 },
    () => "- { model_name: a, litellm_params: { model: b, api_key: os.environ/KEY } }\n",
  );
  const lines = formatDiagnostics(problemsOf(`model_list:\n${entries.join("")}`)).split("\n");
  expect(lines.filter((line) => line.includes("is not set"))).toHaveLength(1);
  expect(lines).toContain(
    "  Also at config.yaml:3, config.yaml:4, config.yaml:5, config.yaml:6, config.yaml:7 and 3 more.",
  );
  expect(lines.at(-1)).toBe("9 errors");
});

test("colours only when asked", () => {
  const diagnostics = problemsOf(text);
  const escape = "\u001B[";
  expect(formatDiagnostics(diagnostics)).not.toContain(escape);
  expect(formatDiagnostics(diagnostics, { color: false })).not.toContain(escape);
  expect(formatDiagnostics(diagnostics, { color: true })).toContain(`${escape}31merror${escape}0m`);
});

test("lets no control character through to the terminal", () => {
  const hostile = text.replace("os.environ/OPENAI_API_KEY", '"os.environ/clear\\e[2J\\u202E"');
  const formatted = formatDiagnostics(problemsOf(hostile));
  expect(formatted).toContain("clear");
  expect(formatted.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("keeps the caret in place behind tabs", () => {
  const formatted = formatDiagnostics(problemsOf(text.replace("rpm: many", "rpm:\tmany")));
  expect(formatted).toContain("\n  6 |     rpm:\tmany\n    |         \t^\n");
});

test("says nothing about nothing", () => {
  expect(formatDiagnostics([])).toBe("");
});
