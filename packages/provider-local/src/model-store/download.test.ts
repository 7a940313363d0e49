import { describe, expect, it } from "vitest";
import { findTarball } from "./download.ts";
import type { HttpAnswer, HttpClient } from "./http-client.ts";
import type { NpmSettings } from "./npm-settings.ts";

const npmAt = (registry: string): NpmSettings => ({
  registryOf: () => registry,
  authorizationOf: () => undefined,
  proxy: { http: "", https: "", none: "" },
  certificates: undefined,
  strictSsl: true,
});

const clientWith = (tarball: string): HttpClient => {
  const packument = { versions: { "1.0.0": { dist: { tarball } } } };
  const answer: HttpAnswer = {
    status: 200,
    header: () => undefined,
    body: (async function* () {})(),
    text: () => Promise.resolve(JSON.stringify(packument)),
    discard: () => Promise.resolve(),
  };
  return { get: () => Promise.resolve(answer), close: () => Promise.resolve() };
};

describe("findTarball", () => {
  const { signal } = new AbortController();
  const find = (registry: string, tarball: string): Promise<string> =>
    findTarball(
      { packageName: "@made/weights", version: "1.0.0" },
      { npm: npmAt(registry), client: clientWith(tarball), signal },
    );

  it.each([
    [
      "https://registry.npmjs.org/",
      "https://registry.npmjs.org/@made/weights/-/weights-1.0.0.tgz",
      "https://registry.npmjs.org/@made/weights/-/weights-1.0.0.tgz",
    ],
    [
      "https://mirror.example/api/npm/",
      "https://registry.npmjs.org/@made/weights/-/weights-1.0.0.tgz",
      "https://mirror.example/api/npm/@made/weights/-/weights-1.0.0.tgz",
    ],
    [
      "https://mirror.example/api/npm/",
      "https://files.example/weights.tgz?signed=1",
      "https://files.example/weights.tgz?signed=1",
    ],
  ])("at %s with %s asks for %s", async (registry, tarball, expected) => {
    expect(await find(registry, tarball)).toBe(expected);
  });
});
