import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError, loadConfigFile, readConfig } from "./index.ts";
import type { ReadConfigResult } from "./index.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const load = (path: string, environment = {}): Promise<ReadConfigResult> =>
  loadConfigFile(path, { environment });

const failure = async (path: string, environment = {}): Promise<ConfigError> => {
  const error: unknown = await load(path, environment).catch((reason: unknown) => reason);
  if (error instanceof ConfigError) return error;
  throw new Error("the config was accepted", { cause: error });
};

const listOf = (group: string): string =>
  `model_list:\n- { model_name: ${group}, litellm_params: { model: whisper-1 } }\n`;

test("loads a file", async () => {
  const path = write("config.yaml", listOf("whisper"));
  const { config } = await load(path);
  expect(config.deployments[0]?.location).toEqual({
    file: path,
    line: 2,
    column: 3,
    path: "model_list[0]",
  });
});

test("appends the lists of included files and joins their sections", async () => {
  const path = write(
    "config.yaml",
    `include: [one.yaml, two.yaml]\n${listOf("main")}router_settings: { num_retries: 1, timeout: 5 }\n`,
  );
  const one = write("one.yaml", `${listOf("one")}router_settings: { num_retries: 7 }\n`);
  write(
    "two.yaml",
    `${listOf("two")}environment_variables: { A: b }\nrouter_settings:\n  fallbacks: [{ two: [one] }]\n`,
  );
  const { config, warnings } = await load(path);
  expect(config.deployments.map(({ group, location }) => [group, location.path])).toEqual([
    ["main", "model_list[0]"],
    ["one", "model_list[0]"],
    ["two", "model_list[0]"],
  ]);
  expect(config.router).toEqual({ numRetries: 7, timeoutMs: 5000, fallbacks: { two: ["one"] } });
  expect(config.environment).toEqual({ A: "b" });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({ file: one, line: 3, path: "router_settings.num_retries" });
});

test("points into the included file", async () => {
  const path = write("config.yaml", `include: part.yaml\n${listOf("main")}`);
  const part = write("part.yaml", "model_list:\n- model_name: a\n  litellm_params: { rpm: 1 }\n");
  const { diagnostics } = await failure(path);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    file: part,
    line: 3,
    column: 19,
    path: "model_list[0].litellm_params.model",
  });
});

test("includes files that included files name, each once", async () => {
  const path = write("config.yaml", `include: [one.yaml, two.yaml]\n${listOf("main")}`);
  write("one.yaml", `include: [two.yaml]\n${listOf("one")}`);
  write("two.yaml", listOf("two"));
  const { config, warnings } = await load(path);
  expect(config.deployments.map(({ group }) => group)).toEqual(["main", "one", "two"]);
  expect(warnings.map(({ line, message }) => [line, message])).toEqual([
    [1, expect.stringContaining("is already included")],
  ]);
});

test("refuses files that include each other", async () => {
  const path = write("config.yaml", `include: [one.yaml]\n${listOf("main")}`);
  write("one.yaml", "include: [two.yaml]\n");
  const two = write("two.yaml", "include: [./config.yaml]\n");
  const { diagnostics } = await failure(path);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({ file: two, line: 1, column: 11, path: "include" });
  expect(diagnostics[0]?.message).toMatch(
    /in a circle: .*config\.yaml → .*one\.yaml → .*two\.yaml → .*config\.yaml/,
  );
});

test("names an included file that is not there, and tells the rest too", async () => {
  const path = write(
    "config.yaml",
    `include:\n- os.environ/PART\n- gone.yaml\n${listOf("main")}x: 1\n`,
  );
  const { diagnostics } = await failure(path, { PART: "also-gone.yaml" });
  expect(diagnostics.map(({ line, message }) => [line, message])).toEqual([
    [2, `The included file \`${join(folder, "also-gone.yaml")}\` cannot be read (ENOENT).`],
    [3, `The included file \`${join(folder, "gone.yaml")}\` cannot be read (ENOENT).`],
    [6, expect.stringContaining("`x` is not a key")],
  ]);
});

test("tells the problems of the main file before those of included ones", async () => {
  const path = write("config.yaml", `include: [part.yaml]\n${listOf("main")}x: 1\n`);
  const part = write("part.yaml", "a: @b\n");
  const { diagnostics } = await failure(path);
  expect(diagnostics.map(({ file, line }) => [file, line])).toEqual([
    [path, 4],
    [part, 1],
  ]);
});

test("refuses an include that is no list of names", async () => {
  const { diagnostics } = await failure(
    write("config.yaml", `include: [{ a: b }]\n${listOf("a")}`),
  );
  expect(diagnostics[0]?.message).toBe("`include` must be a list of file names.");
});

test("cannot include without files", () => {
  const text = `include: [a.yaml]\n${listOf("a")}`;
  expect(() => readConfig({ text, fileName: "config.yaml", environment: {} })).toThrow(
    "it cannot include one",
  );
});

test("names a file that is not there", async () => {
  const path = join(folder, "gone.yaml");
  const error = await failure(path);
  expect(error.message).toContain(`${path}\n  The config file cannot be read (ENOENT).`);
  expect(error.diagnostics[0]).toMatchObject({ file: path, line: 0, column: 0 });
});

test("names a file that is not UTF-8", async () => {
  const path = write("config.yaml", Buffer.from(`\uFEFF${listOf("a")}`, "utf16le"));
  expect((await failure(path)).diagnostics[0]?.message).toBe("The config file is not UTF-8 text.");
});

test("reads a file with a byte order mark and Windows line ends", async () => {
  const path = write("config.yaml", `\uFEFF${listOf("a").replaceAll("\n", "\r\n")}`);
  const { config } = await load(path);
  expect(config.deployments[0]).toMatchObject({ group: "a", location: { line: 2, column: 3 } });
});
