import { TranscriptionError } from "@earshot/core";
import type { OptionTable, ProviderSettings } from "@earshot/core";
import { asString, requireBaseUrl } from "@earshot/provider-kit";

const GLOBAL_HOST = "api.elevenlabs.io";
const HOSTS: ReadonlyMap<string, string> = new Map([
  ["global", GLOBAL_HOST],
  ["us", "api.us.elevenlabs.io"],
  ["eu", "api.eu.residency.elevenlabs.io"],
  ["in", "api.in.residency.elevenlabs.io"],
  ["sg", "api.sg.residency.elevenlabs.io"],
]);

/** The provider's own settings. */
export const elevenlabsSettings: OptionTable = {
  region: {
    type: "string",
    values: ["us", "eu", "in", "sg"],
    description:
      "Where the data stays, for workspaces with data residency; by default ElevenLabs' global host.",
  },
};

/** ElevenLabs' SDKs name the host alone, everybody else the version too. */
const withVersion = (url: string): string =>
  /^https:\/\/[\w.-]+\.elevenlabs\.io$/iu.test(url) ? `${url}/v1` : url;

/** The base URL of the settings or of their region. Throws `invalid_request` when both are given. */
export function toElevenlabsUrl(kind: string, settings: ProviderSettings): string {
  const region = asString(settings.extra?.["region"]);
  if (region === undefined) {
    const url = settings.baseUrl ?? `https://${GLOBAL_HOST}`;
    return withVersion(requireBaseUrl(kind, url, ["/speech-to-text"]));
  }
  if (settings.baseUrl !== undefined)
    throw new TranscriptionError(
      "invalid_request",
      "ElevenLabs takes `region` or `api_base`, not both: remove one of them.",
      { param: "region", provider: kind },
    );
  return requireBaseUrl(kind, `https://${HOSTS.get(region) ?? region}/v1`);
}
