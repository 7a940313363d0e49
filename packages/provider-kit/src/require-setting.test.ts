import { describe, expect, test } from "vitest";
import { requireBaseUrl, requireHeaders, requireSetting } from "./require-setting.ts";

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

describe("a key", () => {
  test.each(["Bearer sk-test-1", "sk-test-1 # mine"])("with a space is refused: %j", (value) => {
    const message = messageOf(() => requireSetting("acme", "apiKey", value));
    expect(message).toContain("without spaces");
    expect(message).not.toContain("sk-test");
  });
});

describe("requireBaseUrl", () => {
  test.each([
    ["https://a.example/v1/", "https://a.example/v1"],
    ["  https://a.example/v1\n", "https://a.example/v1"],
    ["HTTP://LocalHost:8000", "http://localhost:8000"],
    ["https://a.example:443/v1", "https://a.example/v1"],
    ["http://a.example:80", "http://a.example"],
    ["https://a.example/v1?tenant=7", "https://a.example/v1?tenant=7"],
    ["https://a.example/v1/#top", "https://a.example/v1"],
    ["https://bücher.example/v1", "https://xn--bcher-kva.example/v1"],
    ["http://[::1]:8000/v1", "http://[::1]:8000/v1"],
    [
      "http://whisper.default.svc.cluster.local.:8000",
      "http://whisper.default.svc.cluster.local:8000",
    ],
    ["http://my_whisper:8000", "http://my_whisper:8000"],
    ["http://127.1:8000", "http://127.0.0.1:8000"],
    ["https://a.example/v1/audio/transcriptions", "https://a.example/v1"],
    ["https://a.example/v1/audio/translations/", "https://a.example/v1"],
  ])("%j can be called as %s", (value, expected) => {
    expect(requireBaseUrl("acme", value)).toBe(expected);
  });

  test.each([
    "a.example/v1",
    "localhost:8000",
    "ftp://a.example",
    "ws://a.example",
    "file:///tmp/socket",
    "unix:/tmp/socket",
    "https://",
    "https:///v1",
    "http:/a.example",
    "https//a.example",
    "https:a.example",
    "https:\\\\a.example",
    "https://a.example\\v1",
    "https://https://a.example",
    "https://http//a.example",
    "https://a b.example",
    "https://a.example/v1 # the fast one",
    "https://a.example/v1\tfoo",
    "https://a.example/v1\u200b/x",
    "https://a.example\n/v1",
    "https://a.example/v1\u00a0x",
    "https://a.example, https://b.example",
    "https://a.example/v1,",
    '"https://a.example/v1"',
    "<https://a.example>",
    "https://<resource>.example",
    "https://{resource}.example",
    "https://a..example",
    "https://-a.example",
    "https://a%2fb.example",
    "https://a.example/v1%",
    "https://a.example:70000",
    "https://a.example:0",
    "https://a.example:80a",
    "http://::1:8000",
    "http://[::1",
    "http://1.2.3.4.5",
    "https://user:hunter2@a.example/v1",
    "https://hunter2@a.example/v1",
  ])("%j is refused, and not shown", (value) => {
    const message = messageOf(() => requireBaseUrl("acme", value));
    expect(message).toMatch(/^The provider acme needs an address /u);
    expect(message).toContain("`api_base` under `litellm_params`");
    expect(message).not.toContain("example/v1");
    expect(message).not.toContain("hunter2");
  });

  test("only the endpoints of the provider itself are left out", () => {
    const endpoints = ["/listen"];
    expect(requireBaseUrl("acme", "https://a.example/v1/listen?a=1", endpoints)).toBe(
      "https://a.example/v1?a=1",
    );
    expect(requireBaseUrl("acme", "https://a.example/audio/transcriptions", endpoints)).toBe(
      "https://a.example/audio/transcriptions",
    );
  });
});

describe("requireHeaders", () => {
  test("lets pass what every transport can send", () => {
    const headers = { "X-Team": "speech", "x-note": "caf\u00e9 \t1", Host: "a.example" };
    expect(() => requireHeaders("acme", headers)).not.toThrow();
  });

  test.each([
    ["X Team", "hunter2"],
    ["X-Team:", "hunter2"],
    ["", "hunter2"],
    ["X-T\u00e9am", "hunter2"],
    ["X-Team", "hunter2\r\nX-Other: 1"],
    ["X-Team", "hunter2 \u0416"],
    ["X-Team", "hunter2 \ud800"],
    ["Content-Length", "7"],
    ["transfer-encoding", "chunked"],
    ["Connection", "upgrade"],
    ["Expect", "100-continue"],
  ])("refuses %j: %j without its value", (name, value) => {
    const message = messageOf(() => requireHeaders("acme", { [name]: value }));
    expect(message).toContain("`extra_headers`");
    expect(message).not.toContain("hunter2");
  });
});
