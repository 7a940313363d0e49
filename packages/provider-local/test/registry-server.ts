import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { create } from "tar";
import { afterAll } from "vitest";
import type { Artifact } from "../src/model-store/built-in-models.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A small package with the artifact that describes it. */
export interface MadePackage {
  readonly artifact: Artifact;
  readonly tarball: Buffer;
  /** Contents by the names of the artifact's files. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

const digest = (bytes: Buffer, algorithm: string, encoding: "hex" | "base64"): string =>
  createHash(algorithm).update(bytes).digest(encoding);

/** Bytes that do not compress, the same each time. */
const noise = (length: number, seed: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 64) }, (_, index) =>
      createHash("sha512").update(`${seed}/${index}`).digest(),
    ),
  ).subarray(0, length);

/** Makes a real npm tarball with two wanted files and one that nobody wants. */
export async function makePackage(packageName = "@made/weights"): Promise<MadePackage> {
  const folder = await temporaryFolder();
  const contents = new Map([
    ["encoder.onnx", noise(200_000, 1)],
    ["decoder.onnx", noise(90_000, 2)],
  ]);
  const entries = [
    ...[...contents].map(([name, bytes]) => [`package/dist/model/${name}`, bytes] as const),
    ["package/package.json", Buffer.from("{}")] as const,
  ];
  for (const [path, bytes] of entries) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  const file = join(folder, "package.tgz");
  await create(
    { file, cwd: folder, gzip: true, portable: true },
    entries.map(([path]) => path),
  );
  const tarball = await readFile(file);
  const files = [...contents].map(([name, bytes]) => ({
    path: `package/dist/model/${name}`,
    name,
    sizeBytes: bytes.length,
    sha256: digest(bytes, "sha256", "hex"),
  }));
  const artifact: Artifact = {
    packageName,
    version: "1.2.3",
    licence: "MIT",
    sizeBytes: tarball.length,
    integrity: `sha512-${digest(tarball, "sha512", "base64")}`,
    files,
  };
  return { artifact, tarball, contents };
}

/** One request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** What the server does with a tarball request instead of sending the tarball; false: sends it. */
export type Disturbance = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface RegistryServer {
  /** With a slash at its end. */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Requests for the tarball alone. */
  readonly tarballRequests: () => readonly SeenRequest[];
  /** Used up one by one, the first by the first tarball request. */
  readonly disturbances: Disturbance[];
}

export interface RegistryOptions {
  /** The `authorization` header that every request must carry. */
  readonly authorization?: string;
  /** Where the packument says that the tarball is; by default on this server. */
  readonly tarballUrl?: string;
  readonly ranges?: boolean;
}

/** Sends a part of the tarball and cuts the connection once that has arrived. */
export const cutAfter =
  (tarball: Buffer, bytes: number, arrived: Promise<void>): Disturbance =>
  (_request, response) => {
    response.writeHead(200, { "content-length": tarball.length });
    response.write(tarball.subarray(0, bytes));
    void arrived.then(() => response.destroy());
    return true;
  };

/** Answers with a status and an empty body. */
export const answerStatus =
  (status: number): Disturbance =>
  (_request, response) => {
    response.writeHead(status).end();
    return true;
  };

const sendTarball = (request: IncomingMessage, response: ServerResponse, tarball: Buffer): void => {
  const start = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? "")?.[1] ?? -1);
  if (start < 0) {
    response.writeHead(200, { "content-length": tarball.length }).end(tarball);
    return;
  }
  response.writeHead(206, {
    "content-range": `bytes ${start}-${tarball.length - 1}/${tarball.length}`,
    "content-length": tarball.length - start,
  });
  response.end(tarball.subarray(start));
};

/** Starts a server on loopback; it is stopped when the tests of the file have run. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
}

/** Serves one package as an npm registry does. */
export async function serveRegistry(
  made: MadePackage,
  { authorization, tarballUrl, ranges = true }: RegistryOptions = {},
): Promise<RegistryServer> {
  const { packageName, version } = made.artifact;
  const tarballPath = `${packageName}/-/weights-${version}.tgz`;
  const seen: SeenRequest[] = [];
  const disturbances: Disturbance[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    const { authorization: given, range } = request.headers;
    seen.push({ path, authorization: given, range });
    if (authorization !== undefined && given !== authorization) response.writeHead(401).end();
    else if (path === packageName) {
      const dist = { tarball: tarballUrl ?? `${url}${tarballPath}` };
      response.end(JSON.stringify({ versions: { [version]: { dist } } }));
    } else if (path !== tarballPath) response.writeHead(404).end("{}");
    else if (disturbances.shift()?.(request, response) !== true) {
      if (!ranges) delete request.headers.range;
      sendTarball(request, response, made.tarball);
    }
  };
  const url = await listen(createServer(answer));
  const tarballRequests = (): readonly SeenRequest[] =>
    seen.filter(({ path }) => path === tarballPath);
  return { url, seen, tarballRequests, disturbances };
}
