import { TranscriptionError } from "@earshot/core";
import type { OptionTable, ProviderSettings } from "@earshot/core";
import { asString, requireBaseUrl } from "@earshot/provider-kit";

const KIND = "assemblyai";

const HOSTS: ReadonlyMap<string, string> = new Map([
  ["us", "https://api.assemblyai.com"],
  ["eu", "https://api.eu.assemblyai.com"],
]);

/** The provider's own settings. */
export const assemblyaiSettings: OptionTable = {
  region: {
    type: "string",
    values: ["us", "eu"],
    description:
      "Where the audio is processed and kept: us (default) or eu, in place of `api_base`.",
  },
};

/**
 * The base URL of the settings or of their region, without the version that some write at its end.
 * Throws `invalid_request` when both are given.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/select-the-region
 */
export function toAssemblyaiUrl(settings: ProviderSettings): string {
  const region = asString(settings.extra?.["region"]);
  if (region !== undefined && settings.baseUrl !== undefined)
    throw new TranscriptionError(
      "invalid_request",
      "AssemblyAI takes `region` or `api_base` (ASSEMBLYAI_API_BASE), not both: remove one of them.",
      { param: "region", provider: KIND },
    );
  const url = settings.baseUrl ?? HOSTS.get(region ?? "us");
  return requireBaseUrl(KIND, url, ["/transcript", "/upload"]).replace(/\/v2$/u, "");
}

/**
 * Whether an uploaded file is where the vendor keeps them: on a host of its own, or on the origin of
 * the base URL.
 */
export function isVendorUrl(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname } = new URL(url);
  const isOwnHost = protocol === "https:" && /(?:^|\.)assemblyai\.com$/u.test(hostname);
  return isOwnHost || origin === new URL(baseUrl).origin;
}
