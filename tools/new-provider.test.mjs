import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createProvider, renameTemplate } from "./new-provider.mjs";
import { createTree } from "./temporary-tree.mjs";

const createRepository = () =>
  createTree({
    "tsconfig.json": {
      extends: "./tsconfig.base.json",
      references: [{ path: "packages/provider-kit" }, { path: "packages/router" }],
    },
    "packages/provider-template/package.json": {
      name: "@earshot/provider-template",
      version: "1.2.3",
      private: true,
      files: ["dist"],
    },
    "packages/provider-template/src/template-provider.ts":
      "export const templateProvider = defineProvider({ kind: 'template' });",
    "packages/provider-template/fixtures/template-answer.json": "{}",
    "packages/provider-template/node_modules/x/index.js": "",
    "packages/provider-template/dist/index.mjs": "",
    "packages/provider-template/CHANGELOG.md": "",
  });

/** @param {string} root @param {string} path */
const read = (root, path) => readFileSync(join(root, path), "utf8");

describe("renameTemplate", () => {
  it.each([
    ["TEMPLATE_API_KEY", "ACME_SPEECH_API_KEY"],
    ["classifyTemplateError", "classifyAcmeSpeechError"],
    ["templateProvider", "acmeSpeechProvider"],
    ["template_key", "acme_speech_key"],
    ["provider_template", "provider_acme_speech"],
    ["to-template-request.ts", "to-acme-speech-request.ts"],
    ['const KIND = "template";', 'const KIND = "acme_speech";'],
    ["model: template/large", "model: acme_speech/large"],
    ["packages/provider-template/src", "packages/provider-acme-speech/src"],
    ["https://template.example/docs", "https://acme-speech.example/docs"],
    ["@earshot/provider-template", "@earshot/provider-acme-speech"],
  ])("%s becomes %s", (before, after) => {
    expect(renameTemplate(before, "acme-speech")).toBe(after);
  });
});

describe("createProvider", () => {
  it("copies the template's own files under the new name", () => {
    const root = createRepository();
    createProvider(root, "acme");
    expect(globSync("packages/provider-acme/**/*.*", { cwd: root }).toSorted()).toEqual([
      "packages/provider-acme/fixtures/acme-answer.json",
      "packages/provider-acme/package.json",
      "packages/provider-acme/src/acme-provider.ts",
    ]);
    expect(read(root, "packages/provider-acme/src/acme-provider.ts")).toBe(
      "export const acmeProvider = defineProvider({ kind: 'acme' });",
    );
  });

  it("makes it a package that is published, first as 1.0.0", () => {
    const root = createRepository();
    createProvider(root, "acme");
    expect(JSON.parse(read(root, "packages/provider-acme/package.json"))).toEqual({
      name: "@earshot/provider-acme",
      version: "0.0.0",
      files: ["dist"],
    });
    expect(read(root, ".changeset/new-provider-acme.md")).toBe(
      '---\n"@earshot/provider-acme": major\n---\n\nNew provider: Acme.\n',
    );
  });

  it("adds the reference after the other providers and keeps the rest of the tsconfig", () => {
    const root = createRepository();
    createProvider(root, "acme");
    expect(JSON.parse(read(root, "tsconfig.json"))).toEqual({
      extends: "./tsconfig.base.json",
      references: ["provider-kit", "provider-acme", "router"].map((name) => ({
        path: `packages/${name}`,
      })),
    });
  });

  it("copies recordings byte by byte", () => {
    const root = createRepository();
    const bytes = Buffer.from([0x74, 0x65, 0x00, 0xff, 0xfe]);
    writeFileSync(join(root, "packages/provider-template/fixtures/a.wav"), bytes);
    createProvider(root, "acme");
    expect(readFileSync(join(root, "packages/provider-acme/fixtures/a.wav"))).toEqual(bytes);
  });

  it.each(["", "Acme", "acme_speech", "../acme", "provider-acme", "acme-", "9lives"])(
    "refuses the name %j and writes nothing",
    (name) => {
      const root = createRepository();
      expect(() => {
        createProvider(root, name);
      }).toThrow("is no provider name");
      expect(existsSync(join(root, ".changeset"))).toBe(false);
    },
  );

  it("never overwrites a provider", () => {
    const root = createRepository();
    createProvider(root, "acme");
    expect(() => {
      createProvider(root, "acme");
    }).toThrow("packages/provider-acme exists already");
  });
});
