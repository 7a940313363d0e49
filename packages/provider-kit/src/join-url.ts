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
