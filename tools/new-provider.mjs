// `pnpm new-provider NAME` copies packages/provider-template, a real package that passes every
// check, under a new name. In the template, the word "template" is only ever the provider's name.
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isStartedScript } from "./run-check.mjs";
import { runCommand } from "./run-command.mjs";
import { readTsConfig, REPOSITORY_ROOT } from "./workspace.mjs";

const TEMPLATE = "packages/provider-template";
const NOT_COPIED = /(?:^|\/)(?:node_modules|dist|\.tsbuild|\.turbo|CHANGELOG\.md)(?:\/|$)/u;

/** @param {string} word */
const capitalise = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * Writes the new name wherever the template's stands, in the spelling of that place: `acme-speech`,
 * `acmeSpeech`, `AcmeSpeech`, `acme_speech` or `ACME_SPEECH`.
 *
 * @param {string} text
 * @param {string} name in kebab-case
 */
export const renameTemplate = (text, name) => {
  const words = name.split("-");
  const pascal = words.map(capitalise).join("");
  return (
    text
      .replaceAll("TEMPLATE", words.join("_").toUpperCase())
      .replaceAll("Template", pascal)
      .replaceAll(/template(?=[A-Z])/gu, pascal.charAt(0).toLowerCase() + pascal.slice(1))
      // A kind, as a string of its own and in front of a model, has no hyphens.
      .replaceAll(/template(?=_)|(?<=_)template|(?<=")template(?=")/gu, words.join("_"))
      .replaceAll(/(?<![\w/-])template(?=\/)/gu, words.join("_"))
      .replaceAll("template", name)
  );
};

/** @param {string} root @param {string} name */
const requireUsableName = (root, name) => {
  if (!/^[a-z][a-z\d]*(?:-[a-z\d]+)*$/u.test(name) || name.startsWith("provider-"))
    throw new Error(
      `"${name}" is no provider name. Use lower-case words with hyphens and without "provider-", ` +
        "for example: pnpm new-provider acme-speech",
    );
  if (existsSync(join(root, `packages/provider-${name}`)))
    throw new Error(`packages/provider-${name} exists already.`);
  if (!existsSync(join(root, TEMPLATE)))
    throw new Error(`${TEMPLATE} is missing; it is what new providers are copied from.`);
};

/** @param {string} source of the template's package.json, renamed */
const toPublishedManifest = (source) => {
  const { private: _private, ...manifest } = /** @type {Record<string, unknown>} */ (
    JSON.parse(source)
  );
  // The changeset below makes it 1.0.0 with its first release.
  return `${JSON.stringify({ ...manifest, version: "0.0.0" }, undefined, 2)}\n`;
};

/** @param {string} root @param {string} name */
const copyTemplate = (root, name) => {
  const files = globSync("**/*", { cwd: join(root, TEMPLATE) }).filter(
    (path) => !NOT_COPIED.test(path) && statSync(join(root, TEMPLATE, path)).isFile(),
  );
  for (const path of files) {
    const content = readFileSync(join(root, TEMPLATE, path));
    const target = join(root, `packages/provider-${name}`, renameTemplate(path, name));
    mkdirSync(dirname(target), { recursive: true });
    const renamed = content.includes(0) ? content : renameTemplate(content.toString(), name);
    writeFileSync(target, path === "package.json" ? toPublishedManifest(String(renamed)) : renamed);
  }
};

/** @param {string} root @param {string} name */
const addReference = (root, name) => {
  const path = join(root, "tsconfig.json");
  const tsconfig = readTsConfig(path);
  const references = [...(tsconfig.references ?? [])];
  const last = references.findLastIndex((reference) => /\/provider-/u.test(reference.path));
  references.splice(last + 1, 0, { path: `packages/provider-${name}` });
  writeFileSync(path, `${JSON.stringify({ ...tsconfig, references }, undefined, 2)}\n`);
};

/** @param {string} root @param {string} name */
const addChangeset = (root, name) => {
  const title = name.split("-").map(capitalise).join(" ");
  mkdirSync(join(root, ".changeset"), { recursive: true });
  writeFileSync(
    join(root, `.changeset/new-provider-${name}.md`),
    `---\n"@earshot/provider-${name}": major\n---\n\nNew provider: ${title}.\n`,
  );
};

/**
 * Creates packages/provider-NAME, its reference in the root tsconfig and its changeset. Throws, and
 * writes nothing, when the name is taken or not usable.
 *
 * @param {string} root
 * @param {string} name in kebab-case, without "provider-"
 */
export const createProvider = (root, name) => {
  requireUsableName(root, name);
  copyTemplate(root, name);
  addReference(root, name);
  addChangeset(root, name);
};

/** @param {readonly string[]} command */
const run = async (command) => {
  const { code, output } = await runCommand(command, { cwd: REPOSITORY_ROOT });
  if (code !== 0) throw new Error(`${command.join(" ")} failed:\n${output}`);
};

if (isStartedScript(import.meta.filename)) {
  const name = process.argv[2] ?? "";
  try {
    createProvider(REPOSITORY_ROOT, name);
    await run(["pnpm", "install", "--no-frozen-lockfile"]);
    await run(["pnpm", "exec", "oxfmt", `packages/provider-${name}`, "tsconfig.json"]);
    console.log(`packages/provider-${name} is ready. Next:
  1. Save real answers of the vendor, good and bad ones, in packages/provider-${name}/fixtures.
  2. Fill in the source files; pnpm vitest --project @earshot/provider-${name} says what is missing.
  3. Write the README, then run pnpm check. CONTRIBUTING.md has the whole road.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
