import { describe, expect, test } from "vitest";
import { requireBaseUrl, requireSetting } from "./require-setting.ts";

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_request", provider: "acme" });
    return error instanceof Error ? error.message : "";
  }
  throw new Error("nothing was thrown");
};

describe("requireSetting", () => {
  test("gives the value without surrounding space", () => {
    expect(requireSetting("acme", "apiKey", " sk-test-1\n")).toBe("sk-test-1");
  });

  test.each([undefined, "", "  "])("%j is missing, and the message says how to set it", (value) => {
    const message = messageOf(() => requireSetting("acme", "apiKey", value));
    expect(message).toContain("The provider acme needs the setting `apiKey`");
    expect(message).toContain("`api_key` under `litellm_params`");
  });

  test("other settings are named as in the config", () => {
    expect(messageOf(() => requireSetting("acme", "apiVersion", ""))).toContain("`api_version`");
    expect(messageOf(() => requireSetting("acme", "baseUrl", ""))).toContain("`api_base`");
  });

  test.each(["sk-test-\n2", "sk-test-“2”", "sk-test-\u00002"])(
    "a key that no header can hold is refused and not shown",
    (value) => {
      expect(messageOf(() => requireSetting("acme", "apiKey", value))).not.toContain("sk-test");
    },
  );
});

describe("requireBaseUrl", () => {
  test.each([
    ["https://a.example/v1/", "https://a.example/v1"],
    ["HTTP://localhost:8000", "HTTP://localhost:8000"],
  ])("%s", (value, expected) => {
    expect(requireBaseUrl("acme", value)).toBe(expected);
  });

  test.each(["a.example/v1", "ftp://a.example", "https://", "https:///v1", "https://a b.example"])(
    "%s is no address",
    (value) => {
      expect(messageOf(() => requireBaseUrl("acme", value))).toContain("https://");
    },
  );
});
