import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { installTool, isInstalled, nodeTool, pnpmTool, readIfThere } from "./npm-tool.mjs";
import { runStep, say } from "./run-process.mjs";

/** @typedef {{ node: string, environment: NodeJS.ProcessEnv }} Toolchain */

const OLDEST_NODE = [22, 19];

/** @param {string} version such as `20.20.2` */
export const isNewEnough = (version) => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
};

/** @param {string} root @param {string} nodeVersion what the installed packages depend on */
const installKey = (root, nodeVersion) => {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"));
  const hash = createHash("sha256").update(lockfile).digest("hex");
  return `${hash} node-${nodeVersion} ${process.platform}-${process.arch}\n`;
};

/**
 * Makes sure of a Node that runs TypeScript, of pnpm and of the packages. Costs a few milliseconds
 * when all of it is there. Says on stderr what it fetches.
 *
 * @param {string} root
 * @returns {Promise<Toolchain>}
 */
export const ensureToolchain = async (root) => {
  const ownNode = isNewEnough(process.versions.node);
  const tools = [...(ownNode ? [] : [nodeTool(root)]), pnpmTool(root)];
  const node = ownNode ? process.execPath : join(nodeTool(root).bin, "node");
  const path = [dirname(node), pnpmTool(root).bin, join(root, "node_modules/.bin")];
  const environment = {
    ...process.env,
    // As for npm: without a network, say so soon.
    PNPM_CONFIG_FETCH_RETRY_MINTIMEOUT: "2000",
    PNPM_CONFIG_FETCH_RETRY_MAXTIMEOUT: "8000",
    TURBO_TELEMETRY_DISABLED: "1",
    PATH: [...path, process.env["PATH"] ?? ""].join(delimiter),
  };
  const options = { cwd: root, env: environment };

  const stamp = join(root, "node_modules/.earshot-install");
  const key = installKey(root, ownNode ? process.versions.node : nodeTool(root).version);
  const isReady = () => tools.every(isInstalled) && readIfThere(stamp) === key;
  const install = async () => {
    for (const tool of tools) if (!isInstalled(tool)) await installTool(tool, options);
    if (isReady()) return;
    // Without its stamp an install that is cut short is done again.
    rmSync(stamp, { force: true });
    await runStep(
      "install the packages",
      ["pnpm", "install", "--frozen-lockfile", "--reporter=append-only"],
      options,
    );
    writeFileSync(stamp, key);
  };

  const lock = join(root, ".tools/install.lock");
  const onWait = (/** @type {number} */ owner) => {
    say(`Earshot: process ${owner} is installing already; waiting for it (its lock: ${lock}).`);
  };
  if (!isReady()) await withLock(lock, { onWait }, install);
  return { node, environment };
};
