import { describe, expect, it } from "vitest";
import { npmrcOfEnvironment, parseNpmrc } from "./npmrc.ts";

describe("parseNpmrc", () => {
  it("reads values, comments, quotes, spaces and lists", () => {
    const text = [
      "; a comment",
      "# another",
      "registry = https://example.com/npm/ ",
      'cafile="/etc/certs/our ca.pem"',
      "//example.com/npm/:_authToken=abc=",
      "ca[]=first",
      "ca[]=second",
      "[section]",
      "no value",
    ].join("\r\n");
    expect([...parseNpmrc(text, {})]).toEqual([
      ["registry", "https://example.com/npm/"],
      ["cafile", "/etc/certs/our ca.pem"],
      ["//example.com/npm/:_authToken", "abc="],
      ["ca", "first\nsecond"],
    ]);
  });

  it("puts environment variables in, also into keys", () => {
    const text = [
      "//example.com/:_authToken=${TOKEN}",
      "a=${MISSING}",
      "b=${MISSING?}x",
      "${NAME}=c",
    ].join("\n");
    const values = parseNpmrc(text, { TOKEN: "fake-token", NAME: "key" });
    expect(Object.fromEntries(values)).toEqual({
      "//example.com/:_authToken": "fake-token",
      a: "${MISSING}",
      b: "x",
      key: "c",
    });
  });
});

describe("npmrcOfEnvironment", () => {
  it("reads npm's own variables in any case and leaves the empty ones out", () => {
    const values = npmrcOfEnvironment({
      npm_config_registry: "https://one.example/",
      NPM_CONFIG_STRICT_SSL: "false",
      npm_config_https_proxy: "",
      "npm_config_//one.example/:_authToken": "fake-token",
      "npm_config_@scope:registry": "https://two.example/",
      OTHER: "x",
    });
    expect(Object.fromEntries(values)).toEqual({
      registry: "https://one.example/",
      "strict-ssl": "false",
      "//one.example/:_authToken": "fake-token",
      "@scope:registry": "https://two.example/",
    });
  });
});
