/** One level of npm's configuration: keys as npm spells them, such as `//host/:_authToken`. */
export type NpmrcValues = ReadonlyMap<string, string>;

export type Environment = Readonly<Record<string, string | undefined>>;

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
