import { cacheFolder } from "@earshot/provider-local";
import { defaultSpoolFolder, spoolFolderProblem } from "@earshot/proxy";
import type { CommandIo, Environment } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import { compileCacheProblem } from "../prepare-loading.ts";
import { addressFor } from "../serve/serve-flags.ts";
import { textTable } from "../text-table.ts";
import { checkConfig, checkKeys } from "./check-config.ts";
import { checkEngine, checkFolder, checkModel, checkNode, checkPort } from "./check-machine.ts";
import type { Finding } from "./finding.ts";

export interface DoctorOptions {
  readonly configPath: string | undefined;
  readonly port: number | undefined;
  readonly json: boolean;
}

const checkCompileCache = (environment: Environment): Finding => {
  const check = "Compiled code";
  const message = compileCacheProblem(environment);
  if (message === undefined) return { check, status: "ok", message: "kept from start to start" };
  return { check, status: "warn", message, remedy: "Make the folder yours alone: chmod 700." };
};

const examine = async (
  { configPath, port }: DoctorOptions,
  environment: Environment,
): Promise<readonly Finding[]> => {
  const { findings, config } = await checkConfig(configPath, environment);
  const general = config?.general ?? {};
  return [
    checkNode(process.versions.node),
    await checkEngine(),
    ...(await checkModel(environment)),
    await checkFolder({
      check: "Cache folder",
      folder: cacheFolder(environment),
      remedy: "Set EARSHOT_CACHE_DIR to a folder that can be written to.",
    }),
    await checkFolder({
      check: "Spool folder",
      folder: general.spoolDir ?? defaultSpoolFolder(),
      remedy:
        "Set earshot_settings.spool_dir, or the variable TMPDIR, to a folder of your own that can be written to.",
      problem: spoolFolderProblem(general.spoolDir),
    }),
    checkCompileCache(environment),
    ...findings,
    checkKeys(environment),
    await checkPort(addressFor({ port }, { general })),
  ];
};

const MARKS: Readonly<Record<Finding["status"], string>> = {
  ok: "ok  ",
  warn: "warn",
  fail: "FAIL",
};

const toRows = ({ check, status, message, remedy }: Finding): readonly (readonly string[])[] => [
  [MARKS[status], check, message],
  ...(remedy === undefined ? [] : [["", "", `→ ${remedy}`]]),
];

/** Runs `earshot doctor`; resolves with 1 when something fails. */
export async function runDoctor(options: DoctorOptions, io: CommandIo): Promise<number> {
  const findings = await examine(options, io.environment);
  const text = options.json
    ? `${JSON.stringify(findings, undefined, 2)}\n`
    : textTable(findings.flatMap(toRows));
  io.stdout.write(text);
  return findings.some(({ status }) => status === "fail") ? EXIT.failed : EXIT.ok;
}
