import type { OptionTable, OptionValue, ProviderSettings } from "@earshot/core";
import { readSetting } from "./require-setting.ts";

/** Half of a character cannot be encoded, and no server would know what it stands for. */
const escape = (text: string): string => encodeURIComponent(text.toWellFormed());

const encode = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${escape(name)}=${escape(value)}`).join("&");

/**
 * Appends a path and a query (in order, names may repeat) to a base URL with or without slash at its
 * end. A query that the base already has stays in front.
 */
export function joinUrl(
  base: string,
  path: string,
  query: readonly (readonly [name: string, value: string])[] = [],
): string {
  const [withoutFragment = ""] = base.trim().split("#");
  const mark = withoutFragment.indexOf("?");
  const root = mark < 0 ? withoutFragment : withoutFragment.slice(0, mark);
  const baseQuery = mark < 0 ? "" : withoutFragment.slice(mark + 1);
  const trimmedPath = path.replace(/^\/+/u, "");
  const address = trimmedPath === "" ? root : `${root.replace(/\/+$/u, "")}/${trimmedPath}`;
  const search = [baseQuery, encode(query)].filter((part) => part !== "").join("&");
  return search === "" ? address : `${address}?${search}`;
}

/** Headers with lower-case names, the later ones winning; undefined values are left out. */
export function toHeaders(
  ...sources: readonly (Readonly<Record<string, string | undefined>> | undefined)[]
): Readonly<Record<string, string>> {
  const pairs = sources
    .flatMap((source) => Object.entries(source ?? {}))
    .flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value] as const],
    );
  return Object.fromEntries(pairs);
}

/**
 * `authorization: Bearer` with the key, then the user's own headers, which win. Without a key only
 * those; a key that cannot be sent throws `invalid_request`.
 */
export function toBearerHeaders(
  kind: string,
  { apiKey, headers }: Pick<ProviderSettings, "apiKey" | "headers">,
): Readonly<Record<string, string>> {
  const key = readSetting(kind, "apiKey", apiKey);
  return toHeaders({ authorization: key === undefined ? undefined : `Bearer ${key}` }, headers);
}

const isList = (value: OptionValue): value is readonly string[] => Array.isArray(value);

const toTexts = (value: OptionValue): readonly string[] => {
  if (typeof value === "string") return [value];
  if (typeof value === "boolean" || typeof value === "number") return [String(value)];
  if (isList(value)) return value;
  return [JSON.stringify(value)];
};

/**
 * The options that the table knows (all of them without a table), in the order given, as form fields
 * or query parameters: lists repeat their name, objects become JSON text.
 */
export function toOptionFields(
  options: Readonly<Record<string, OptionValue>>,
  table?: OptionTable,
): [name: string, value: string][] {
  return Object.entries(options)
    .filter(([name]) => table === undefined || Object.hasOwn(table, name))
    .flatMap(([name, value]) => toTexts(value).map((text): [string, string] => [name, text]));
}
