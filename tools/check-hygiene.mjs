// Fails on what no other tool looks for: traces of the machine that a file was written on, and the
// house rules that are about names and commits rather than code.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runCheck } from "./run-check.mjs";
import { REPOSITORY_ROOT } from "./workspace.mjs";

/**
 * @typedef {object} Rule
 * @property {string} problem
 * @property {RegExp} pattern what must not occur in a line
 * @property {RegExp} [files] which files it is about; all of them when left out
 * @property {RegExp} [except] files that may
 */

// Split so that this file does not break its own rules.
const HOME_FOLDERS = ["home", "Users", "root", "work"].join("|");
/** Ann and Bob live in examples. */
const EXAMPLE_USERS = String.raw`(?!(?:ann|bob)\b)`;
const REGISTRY_DOMAINS = ["npmjs", "yarnpkg", "npmmirror", "pypi", "pythonhosted"].join("|");

/** @type {readonly Rule[]} */
const LINE_RULES = [
  {
    problem: "path of somebody's machine",
    // Not preceded by anything that makes it part of a URL or of a longer path.
    pattern: new RegExp(
      String.raw`(?<![\w.:/~$}-])/(?:${HOME_FOLDERS})/${EXAMPLE_USERS}[\w.-]+`,
      "u",
    ),
  },
  {
    problem: "host name of a package registry; whose registry it is stays the user's choice",
    pattern: new RegExp(String.raw`\b(?:[\w-]+\.)?(?:${REGISTRY_DOMAINS})\.(?:org|com)\b`, "u"),
    // The downloader reads npm's settings, and falls back to npm's own default.
    except: /^packages\/provider-local\/src\/model-store\//u,
  },
  {
    problem: "lint suppression without its reason; add ` -- why`",
    pattern: /(?:oxlint|eslint)-disable(?!.* -- \S)/u,
    files: /\.(?:ts|mts|mjs)$/u,
  },
  {
    problem: "`export *`; name what is exported",
    pattern: /^export \*/u,
    files: /\/src\/.*\.ts$/u,
  },
  {
    problem: "unresolved merge conflict",
    pattern: /^(?:<{7}|>{7}) /u,
  },
];

const NAMES_THAT_SAY_NOTHING = /(?:^|-)(?:utils?|common|helpers?|shared|misc|manager)(?:\.|$)/u;
const BINARY = /\.(?:wav|mp3|m4a|flac|ogg|opus|webm|aac|png|jpe?g|ico|bin|onnx|gz|tgz|zip)$/u;

/** @param {string} path @param {string} content @returns {string[]} */
const lineProblems = (path, content) => {
  const rules = LINE_RULES.filter(
    ({ files, except }) => (files?.test(path) ?? true) && except?.test(path) !== true,
  );
  return content
    .split("\n")
    .flatMap((line, index) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ problem }) => `${path}:${index + 1}: ${problem}`),
    );
};

/** @param {string} path @returns {string[]} */
const nameProblems = (path) =>
  path.split("/").some((part) => NAMES_THAT_SAY_NOTHING.test(part)) && /\/src\//u.test(path)
    ? [`${path}: "${basename(path)}" does not say what is in it`]
    : [];

const LONGEST_SUBJECT = 72;
/** Longer ones further back are history. */
const COMMITS = 50;

/** @param {string} root @returns {string[]} none where nothing is committed yet */
const subjectProblems = (root) => {
  const log = ["log", `-${COMMITS}`, "--no-merges", "--format=%h %s"];
  return spawnSync("git", log, { cwd: root, encoding: "utf8" })
    .stdout.split("\n")
    .flatMap((line) => {
      const [hash = "", ...words] = line.split(" ");
      const { length } = Array.from(words.join(" "));
      return length > LONGEST_SUBJECT
        ? [`commit ${hash}: its first line has ${length} letters; at most ${LONGEST_SUBJECT}`]
        : [];
    });
};

/**
 * One line for each trace of a machine and each broken naming rule in the files that git tracks, and
 * for each of the latest commits whose first line is too long.
 *
 * @param {string} root
 * @returns {string[]}
 */
export const findHygieneProblems = (root) => {
  const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--deduplicate"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = tracked.split("\0").filter((path) => path !== "" && !BINARY.test(path));
  return paths
    .flatMap((path) => [...nameProblems(path), ...lineProblems(path, contentOf(join(root, path)))])
    .concat(subjectProblems(root));
};

/** @param {string} path @returns {string} empty for a file that was deleted and not yet committed */
const contentOf = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

await runCheck(import.meta.filename, "hygiene", () => findHygieneProblems(REPOSITORY_ROOT));
