import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./index.ts";
import type { Diagnostic } from "./index.ts";

const diagnose = (text: string): readonly Diagnostic[] => {
  try {
    return readConfig({ text, fileName: "config.yaml", environment: {} }).warnings;
  } catch (error) {
    if (ConfigError.is(error)) return error.diagnostics;
    throw error;
  }
};

type Case = readonly [name: string, text: string, place: string, message: RegExp, remedy: RegExp];

const after = (section: string): string =>
  `model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
${section}`;

const syntax: readonly Case[] = [
  ["a tab", "model_list:\n\t- a\n", "error 2:1 ", /A tab is used/, /spaces/],
  [
    "a missing quote",
    'a: "b\n',
    "error 2:1 ",
    /quote, bracket, comma or colon is missing/,
    /Close what was opened/,
  ],
  ["a missing bracket", "a: [b\nc: d\n", "error 2:1 ", /./, /./],
  [
    "wrong indentation",
    "a:\n  b: 1\n c: 2\n",
    "error 3:1 ",
    /does not stand under/,
    /same number of spaces/,
  ],
  ["two keys on a line", "a: b: c\n", "error 1:4 ", /Two keys stand on one line/, /quotes/],
  ["a reserved character", "a: @b\n", "error 1:4 ", /character that YAML reserves/, /quotes/],
  ["text after a quote", "a: 'b' c\n", "error 1:8 ", /does not belong/, /quotes/],
  ["two documents", "a: 1\n---\nb: 2\n", "error 2:1 ", /more than one YAML document/, /include/],
  [
    "a key that is a list",
    "? [a]\n: b\n",
    "error 1:3 ",
    /A key is a list or a mapping/,
    /plain text/,
  ],
  [
    "a repeated key",
    after("x-a: 1\nx-b: 2\nx-a: 3\n"),
    "error 7:1 x-a",
    /`x-a` is already set on line 5/,
    /Keep one/,
  ],
  [
    "a repeated key in an entry",
    after("    rpm: 1\n    rpm: 2\n"),
    "error 6:5 model_list[0].litellm_params.rpm",
    /already set on line 5/,
    /Keep one/,
  ],
  [
    "an unknown alias",
    after("x-a: *nothing\n"),
    "error 5:6 x-a",
    /`\*nothing` repeats a value that is not marked/,
    /&nothing/,
  ],
  [
    "an alias inside its own value",
    after("x-a: &self [*self]\n"),
    "error 5:13 x-a[0]",
    /inside the value that it repeats/,
    /Take the alias out/,
  ],
  [
    "a merge of text",
    after("x-a: { <<: text }\n"),
    'error 5:12 x-a["<<"]',
    /merges mappings/,
    /<<: \*name/,
  ],
  [
    "an unknown tag",
    after("    api_key: !env KEY\n"),
    "warning 5:14 ",
    /A tag .* is not one that Earshot knows/,
    /os\.environ\/NAME/,
  ],
];

const cases = syntax.map(([name, ...expected]) => ({ name, expected }));

test.each(cases)("tells of $name", ({ expected: [text, place, message, remedy] }) => {
  const diagnostics = diagnose(text);
  expect(
    diagnostics.map(({ severity, line, column, path }) => `${severity} ${line}:${column} ${path}`),
  ).toEqual([place]);
  expect(diagnostics[0]?.message).toMatch(message);
  expect(diagnostics[0]?.remedy).toMatch(remedy);
});

test("refuses aliases that would grow without bound, quickly", () => {
  const levels = Array.from({ length: 30 }, (_, level) =>
    level === 0
      ? "x-0: &a0 [a]"
      : `x-${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`,
  );
  const [error] = diagnose(`${levels.join("\n")}\n`);
  expect(error?.message).toMatch(/more than 1000000 values/);
});
