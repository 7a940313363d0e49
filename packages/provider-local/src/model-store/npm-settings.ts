import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Environment } from "./cache-folder.ts";
import type { InstallContext } from "./install-context.ts";

/** What the user told npm about its registry and the way there. */
export interface NpmSettings {
  /** Base address of the registry for a package, with a slash at its end. */
  registryOf(packageName: string): string;
  /** The `authorization` header for an address; undefined for hosts that have no credentials. */
  authorizationOf(url: string): string | undefined;
  readonly proxy: { readonly http: string; readonly https: string; readonly none: string };
  /** Certificates to trust instead of the usual ones, as PEM. */
  readonly certificates: string | undefined;
  readonly strictSsl: boolean;
}

type NpmSettingsSources = Pick<InstallContext, "environment" | "cwd">;

/** One level of npm's configuration: keys as npm spells them, such as `//host/:_authToken`. */
type NpmrcValues = ReadonlyMap<string, string>;

/** `${NAME}` becomes the variable, `${NAME?}` the same or nothing; an unknown `${NAME}` stays. */
const expand = (text: string, environment: Environment): string =>
  text.replaceAll(
    /\$\{([^}?]+)(\?)?\}/gu,
    (whole, name: string, optional: string | undefined) =>
      environment[name] ?? (optional === undefined ? whole : ""),
  );

const unquote = (text: string): string => {
  const quoted = /^"(.*)"$|^'(.*)'$/u.exec(text);
  return quoted?.[1] ?? quoted?.[2] ?? text;
};

/**
 * Reads an `.npmrc`. Sections and lines without a value are passed over; a repeated `key[]` keeps
 * all its values, one per line.
 * @see https://docs.npmjs.com/cli/configuring-npm/npmrc
 */
export function parseNpmrc(text: string, environment: Environment): NpmrcValues {
  const values = new Map<string, string>();
  for (const line of text.replace(/^\uFEFF/u, "").split(/\r?\n/u)) {
    const [, name, value] = /^\s*([^;#\s[=][^=]*?)\s*=\s*(.*?)\s*$/u.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const key = expand(unquote(name), environment);
    const list = key.endsWith("[]") ? key.slice(0, -2) : undefined;
    const before = list === undefined ? undefined : values.get(list);
    const expanded = expand(unquote(value), environment);
    values.set(list ?? key, before === undefined ? expanded : `${before}\n${expanded}`);
  }
  return values;
}

/** Reads the settings that npm takes from the environment: `npm_config_…`, in any case. */
export function npmrcOfEnvironment(environment: Environment): NpmrcValues {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    const key = /^npm_config_(.+)$/iu.exec(name)?.[1];
    if (key === undefined || value === undefined || value === "") continue;
    const scoped = key.startsWith("//") || key.startsWith("@");
    values.set(scoped ? key : key.toLowerCase().replaceAll(/(?!^)_/gu, "-"), value);
  }
  return values;
}

const NPM_REGISTRY = "https://registry.npmjs.org/";

const readNpmrc = async (path: string, environment: Environment): Promise<NpmrcValues> => {
  const text = await readFile(path, "utf8").catch(() => "");
  return parseNpmrc(text, environment);
};

/** npm's own rule: the nearest folder upwards that holds a package or installed modules. */
const projectFolder = (cwd: string): string => {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) || existsSync(join(folder, "node_modules"))) {
      return folder;
    }
    if (dirname(folder) === folder) return cwd;
  }
};

const globalNpmrc = (environment: Environment, levels: readonly NpmrcValues[]): string => {
  const named = levels.map((level) => level.get("globalconfig")).find((path) => path !== undefined);
  if (named !== undefined) return named;
  const prefix = levels.map((level) => level.get("prefix")).find((path) => path !== undefined);
  const windows = process.platform === "win32";
  const beside = dirname(process.execPath);
  const usual = windows ? join(environment["APPDATA"] ?? beside, "npm") : dirname(beside);
  return join(prefix ?? environment["PREFIX"] ?? usual, "etc", "npmrc");
};

const readLevels = async ({
  environment,
  cwd,
}: NpmSettingsSources): Promise<readonly NpmrcValues[]> => {
  const fromEnvironment = npmrcOfEnvironment(environment);
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? homedir();
  const userPath = fromEnvironment.get("userconfig") ?? join(home, ".npmrc");
  const projectPath = join(projectFolder(cwd), ".npmrc");
  const user = await readNpmrc(userPath, environment);
  // In the home folder the project's file and the user's are one.
  const project =
    resolve(projectPath) === resolve(userPath)
      ? new Map<string, string>()
      : await readNpmrc(projectPath, environment);
  const known = [fromEnvironment, project, user];
  return [...known, await readNpmrc(globalNpmrc(environment, known), environment)];
};

const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

const credentials = (find: (key: string) => string | undefined): string | undefined => {
  const token = find(":_authToken");
  if (token !== undefined) return `Bearer ${token}`;
  const basic = find(":_auth");
  if (basic !== undefined) return `Basic ${basic}`;
  const [name, password] = [find(":username"), find(":_password")];
  if (name === undefined || password === undefined) return undefined;
  const plain = Buffer.from(password, "base64").toString("utf8");
  return `Basic ${Buffer.from(`${name}:${plain}`).toString("base64")}`;
};

/** Credentials belong to a host and a path: `//host/a/b/`, else `//host/a/`, else `//host/`. */
const authorizationOf = (
  url: string,
  get: (key: string) => string | undefined,
): string | undefined => {
  const { host, pathname, username, password } = new URL(url);
  const parts = pathname.split("/").filter((part) => part !== "");
  for (let count = parts.length; count >= 0; count--) {
    const place = [`//${host}`, ...parts.slice(0, count)].join("/");
    const found = credentials((key) => get(`${place}/${key}`) ?? get(`${place}${key}`));
    if (found !== undefined) return found;
  }
  if (username === "") return undefined;
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString("base64")}`;
};

const readCertificates = async (
  get: (key: string) => string | undefined,
  cwd: string,
): Promise<string | undefined> => {
  const file = get("cafile");
  if (file === undefined || file === "null") return get("ca")?.replaceAll(String.raw`\n`, "\n");
  return readFile(resolve(cwd, file), "utf8");
};

/**
 * Reads npm's configuration as npm does: environment, project, user, global, in that order. It reads
 * the files itself because `npm config get` refuses to tell credentials, takes half a second a key,
 * and is not there under other package managers. Rejects only when `cafile` cannot be read.
 * @see https://docs.npmjs.com/cli/using-npm/config
 */
export async function readNpmSettings(sources: NpmSettingsSources): Promise<NpmSettings> {
  const levels = await readLevels(sources);
  const get = (key: string): string | undefined =>
    levels.map((level) => level.get(key)).find((value) => value !== undefined && value !== "");
  const variable = (name: string): string | undefined =>
    sources.environment[name] ?? sources.environment[name.toUpperCase()];
  const http = get("proxy") ?? variable("http_proxy") ?? variable("proxy") ?? "";
  const https = get("https-proxy") ?? get("proxy") ?? variable("https_proxy") ?? http;
  return {
    registryOf: (packageName) => {
      const scope = /^(@[^/]+)\//u.exec(packageName)?.[1];
      const scoped = scope === undefined ? undefined : get(`${scope}:registry`);
      return withSlash(scoped ?? get("registry") ?? NPM_REGISTRY);
    },
    authorizationOf: (url) => authorizationOf(url, get),
    proxy: {
      http: http === "null" ? "" : http,
      https: https === "null" ? "" : https,
      none: get("noproxy") ?? variable("no_proxy") ?? "",
    },
    certificates: await readCertificates(get, sources.cwd),
    strictSsl: get("strict-ssl") !== "false",
  };
}
