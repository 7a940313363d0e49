import type { CommandIo, Environment } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import { addressFor } from "../serve/proxy-settings.ts";
import { textTable } from "../text-table.ts";
import { checkConfig, checkKeys } from "./check-config.ts";
import {
  checkCacheFolder,
  checkCompileCache,
  checkEngine,
  checkModel,
  checkNode,
  checkPort,
  checkSpoolFolder,
} from "./check-machine.ts";
import type { Finding } from "./finding.ts";

export interface DoctorOptions {
  readonly configPath: string | undefined;
  readonly port: number | undefined;
  readonly json: boolean;
}

const examine = async (
  { configPath, port }: DoctorOptions,
  environment: Environment,
): Promise<readonly Finding[]> => {
  const { finding, config } = await checkConfig(configPath, environment);
  const general = config?.general ?? {};
  return [
    checkNode(process.versions.node),
    await checkEngine(),
    ...(await checkModel(environment)),
    await checkCacheFolder(environment),
    await checkSpoolFolder(general.spoolDir),
    checkCompileCache(environment),
    finding,
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
