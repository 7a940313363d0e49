import { existsSync } from "node:fs";

const CONFIG_NAMES = ["config.yaml", "config.yml"];

/** What to say when a config lies in the folder and none is named; undefined when there is nothing. */
export function unusedConfigHint(configPath: string | undefined): string | undefined {
  const name = configPath === undefined ? CONFIG_NAMES.find((each) => existsSync(each)) : undefined;
  return name === undefined ? undefined : `${name} is not used: --config ${name} would serve it.`;
}
