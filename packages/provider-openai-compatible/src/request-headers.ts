import type { ProviderSettings } from "@earshot/core";
import { requireSetting } from "@earshot/provider-kit";

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
  settings: Pick<ProviderSettings, "apiKey" | "headers">,
): Readonly<Record<string, string>> {
  const { apiKey, headers } = settings;
  const key =
    apiKey === undefined || apiKey.trim() === ""
      ? undefined
      : requireSetting(kind, "apiKey", apiKey);
  const authorization = key === undefined ? undefined : `Bearer ${key}`;
  return toHeaders({ authorization }, headers);
}
