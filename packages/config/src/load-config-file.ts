import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { ConfigError } from "./config-error.ts";
import { readConfig } from "./read-config.ts";
import type { ReadConfigOptions, ReadConfigResult } from "./read-config.ts";

/** How a config file is loaded. */
export type LoadConfigOptions = Pick<ReadConfigOptions, "environment" | "knownParams">;

const unreadable = (path: string, cause: unknown): ConfigError => {
  const isText = !(cause instanceof TypeError);
  const code =
    typeof cause === "object" && cause !== null && "code" in cause
      ? ` (${String(cause.code)})`
      : "";
  return new ConfigError([
    {
      severity: "error",
      file: path,
      line: 0,
      column: 0,
      path: "",
      message: isText
        ? `The config file cannot be read${code}.`
        : "The config file is not UTF-8 text.",
      remedy: isText ? "Check the path and the file's permissions." : "Save it as UTF-8.",
    },
  ]);
};

/** Throws a TypeError for bytes that are not UTF-8. */
const decode = (bytes: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true }).decode(bytes);

const readInclude = (path: string): string => decode(readFileSync(path));

/** Reads a config file and the files that it includes. Rejects with `ConfigError`. */
export async function loadConfigFile(
  path: string,
  options: LoadConfigOptions,
): Promise<ReadConfigResult> {
  let text: string;
  try {
    text = decode(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
  return readConfig({ ...options, text, fileName: path, readInclude });
}
