import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./index.ts";

const MINIMAL = "model_list: [{ model_name: a, litellm_params: { model: whisper-1 } }]\n";

const read = (written: string | undefined, environment: Record<string, string> = {}) => {
  const section = written === undefined ? "" : `general_settings:\n  master_key: ${written}\n`;
  return readConfig({ text: MINIMAL + section, fileName: "config.yaml", environment });
};

describe("master_key", () => {
  test.each([
    ["sk-1234", "sk-1234"],
    ["1234", "1234"],
    ["007", "007"],
    ["true", "true"],
    ['"two words"', "two words"],
    ['"  sk-test-outer  "', "sk-test-outer"],
    ["os.environ/KEY", "sk-test-key"],
  ])("%s is what clients must send", (written, expected) => {
    const { config } = read(written, { KEY: "sk-test-key\n" });
    expect(config.general.masterKey).toBe(expected);
  });

  test("a warning tells of space that was left out", () => {
    expect(read('" sk-test-outer"').warnings).toMatchObject([
      {
        path: "general_settings.master_key",
        message: expect.stringMatching(/white space/u) as string,
      },
    ]);
  });

  test.each([
    "",
    "null",
    "~",
    '""',
    '"   "',
    "os.environ/UNSET",
    "os.environ/BLANK",
    "os.environ/",
    "[sk-test]",
    "{ a: sk-test }",
    "sk-test-ключ",
    "sk-test-clé",
    '"sk-test\\nline"',
    '"sk-test\\ttab"',
  ])("%j is refused, and nobody is let in", (written) => {
    let thrown: unknown;
    try {
      read(written, { BLANK: "  ", LITELLM_MASTER_KEY: "sk-test-environment" });
    } catch (error) {
      thrown = error;
    }
    if (!ConfigError.is(thrown)) throw new Error("The config was accepted.");
    expect(thrown.diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      { path: expect.stringMatching(/^general_settings\.master_key/u) as string, line: 3 },
    ]);
    expect(thrown.message).not.toContain("sk-test");
  });

  test("LITELLM_MASTER_KEY stands in for a missing one, without space around it", () => {
    const { config } = read(undefined, { LITELLM_MASTER_KEY: " sk-test-environment\n" });
    expect(config.general.masterKey).toBe("sk-test-environment");
    expect(read(undefined, { LITELLM_MASTER_KEY: "" }).config.general.masterKey).toBeUndefined();
  });

  test.each(["  ", "sk-test-ключ"])("LITELLM_MASTER_KEY=%j is refused by its name", (value) => {
    expect(() => read(undefined, { LITELLM_MASTER_KEY: value })).toThrow(/LITELLM_MASTER_KEY/u);
  });
});
