import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { Environment } from "./cache-folder.ts";
import { npmrcOfEnvironment, parseNpmrc, readNpmSettings } from "./npm-settings.ts";
import type { NpmSettings } from "./npm-settings.ts";

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

interface Files {
  readonly user?: string;
  readonly project?: string;
  readonly global?: string;
  readonly environment?: Environment;
}

const settingsFrom = async ({
  user,
  project,
  global,
  environment,
}: Files): Promise<NpmSettings> => {
  const folder = await temporaryFolder();
  const [home, cwd] = [join(folder, "home"), join(folder, "project", "deep", "inside")];
  await mkdir(home);
  await mkdir(cwd, { recursive: true });
  await writeFile(join(folder, "project", "package.json"), "{}");
  await writeFile(join(home, ".npmrc"), user ?? "");
  await writeFile(join(folder, "project", ".npmrc"), project ?? "");
  await writeFile(join(folder, "globalrc"), global ?? "");
  const npm_config_globalconfig = join(folder, "globalrc");
  return readNpmSettings({
    environment: { HOME: home, npm_config_globalconfig, ...environment },
    cwd,
  });
};

describe("readNpmSettings", () => {
  it("uses npm's own registry when nothing is said", async () => {
    const npm = await settingsFrom({});
    expect(npm.registryOf("anything")).toBe("https://registry.npmjs.org/");
    expect(npm.authorizationOf("https://registry.npmjs.org/x")).toBeUndefined();
    expect(npm.strictSsl).toBe(true);
    expect(npm.proxy).toEqual({ http: "", https: "", none: "" });
  });

  it("prefers environment to project to user to global", async () => {
    const rc = (name: string): string => `registry=https://${name}.example`;
    const files: Files = { user: rc("user"), project: rc("project"), global: rc("global") };
    const registry = async (from: Files): Promise<string> =>
      (await settingsFrom(from)).registryOf("x");
    const environment = { npm_config_registry: "https://environment.example/" };
    expect(await registry({ ...files, environment })).toBe("https://environment.example/");
    expect(await registry(files)).toBe("https://project.example/");
    expect(await registry({ user: rc("user"), global: rc("global") })).toBe(
      "https://user.example/",
    );
    expect(await registry({ global: rc("global") })).toBe("https://global.example/");
  });

  it("knows registries of scopes", async () => {
    const npm = await settingsFrom({ user: "@made:registry=https://scope.example/npm" });
    expect(npm.registryOf("@made/weights")).toBe("https://scope.example/npm/");
    expect(npm.registryOf("@other/weights")).toBe("https://registry.npmjs.org/");
  });

  it("gives credentials to their host and path only", async () => {
    const npm = await settingsFrom({
      user: [
        "//one.example/:_authToken=fake-outer",
        "//one.example/npm/private/:_authToken=${INNER}",
        "//two.example:8080/:_auth=ZmFrZTpwYXNz",
        "//three.example/:username=fake",
        "//three.example/:_password=cGFzcw==",
        "_authToken=fake-of-nobody",
      ].join("\n"),
      environment: { INNER: "fake-inner" },
    });
    expect(npm.authorizationOf("https://one.example/npm/x.tgz")).toBe("Bearer fake-outer");
    expect(npm.authorizationOf("https://one.example/npm/private/a/b.tgz")).toBe(
      "Bearer fake-inner",
    );
    expect(npm.authorizationOf("http://two.example:8080/x")).toBe("Basic ZmFrZTpwYXNz");
    expect(npm.authorizationOf("https://three.example/x")).toBe("Basic ZmFrZTpwYXNz");
    for (const stranger of ["https://two.example/x", "https://one.example.evil.example/x"]) {
      expect(npm.authorizationOf(stranger)).toBeUndefined();
    }
  });

  it("takes the proxy from npm's settings, else from the usual variables", async () => {
    const variables = { HTTPS_PROXY: "http://variable.example", NO_PROXY: "internal.example" };
    expect((await settingsFrom({ environment: variables })).proxy).toEqual({
      http: "",
      https: "http://variable.example",
      none: "internal.example",
    });
    const user = "https-proxy=http://npm.example\nproxy=http://plain.example\nnoproxy=x.example";
    expect((await settingsFrom({ user, environment: variables })).proxy).toEqual({
      http: "http://plain.example",
      https: "http://npm.example",
      none: "x.example",
    });
    expect((await settingsFrom({ user: "proxy=null" })).proxy.http).toBe("");
  });

  it("reads certificates and strict-ssl, and rejects when cafile is not there", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "ca.pem"), "PEM");
    const user = `cafile=${join(folder, "ca.pem")}\nstrict-ssl=false`;
    expect(await settingsFrom({ user })).toMatchObject({ certificates: "PEM", strictSsl: false });
    const inline = String.raw`ca="one\ntwo"`;
    expect(await settingsFrom({ user: inline })).toMatchObject({ certificates: "one\ntwo" });
    await expect(settingsFrom({ user: `cafile=${join(folder, "no.pem")}` })).rejects.toThrow(
      "no.pem",
    );
  });
});
