import { TranscriptionError } from "@earshot/core";

const CONFIG_NAMES: Readonly<Record<string, string>> = { baseUrl: "api_base" };

const configName = (name: string): string =>
  CONFIG_NAMES[name] ?? name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);

const refuse = (kind: string, name: string, problem: string): TranscriptionError =>
  new TranscriptionError(
    "invalid_request",
    `The provider ${kind} ${problem}: set \`${configName(name)}\` under \`litellm_params\` in the config, ` +
      `or pass \`${name}\` when the provider is created in code.`,
    { param: name, provider: kind },
  );

/**
 * The setting without surrounding space. Throws `invalid_request` that names it, and never shows its
 * value, when it is missing, empty or cannot be sent in a header.
 */
export function requireSetting(kind: string, name: string, value: string | undefined): string {
  const trimmed = value?.trim() ?? "";
  if (trimmed === "") throw refuse(kind, name, `needs the setting \`${name}\``);
  if (!/^[\u0020-\u007e]+$/u.test(trimmed)) {
    throw refuse(
      kind,
      name,
      `cannot use its setting \`${name}\`, it holds a line break or a non-ASCII character`,
    );
  }
  return trimmed;
}

/**
 * The base URL without slash at its end. Throws `invalid_request` when it is missing or no http(s)
 * URL.
 */
export function requireBaseUrl(kind: string, value: string | undefined): string {
  const url = requireSetting(kind, "baseUrl", value);
  if (!/^https?:\/\/[^\s/?#]+/iu.test(url) || !URL.canParse(url)) {
    throw refuse(kind, "baseUrl", "needs an address that starts with https:// or http://");
  }
  return url.replace(/\/+$/u, "");
}
