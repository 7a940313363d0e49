import { execFile } from "node:child_process";
import {
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createVirtualClock } from "@earshot/core/testing";
import { describe, expect, it } from "vitest";
import { answerStatus, cutAfter, makePackage, serveRegistry } from "../../test/registry-server.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { Environment } from "./cache-folder.ts";
import { installArtifacts, lackingArtifacts } from "./install-artifacts.ts";
import type { InstallPlan } from "./install-artifacts.ts";
import type { InstallContext, InstallProgress } from "./install-context.ts";

const made = await makePackage();
const { artifact, tarball } = made;

const emptyHome = await temporaryFolder();

interface WatchedContext extends InstallContext {
  readonly progress: readonly InstallProgress[];
  readonly pauses: readonly number[];
  /** Resolves when exactly so many bytes are on disk. */
  readonly arrived: (bytes: number) => Promise<void>;
}

const contextFor = (
  registry: string,
  more: { readonly environment?: Environment; readonly signal?: AbortSignal } = {},
): WatchedContext => {
  const progress: InstallProgress[] = [];
  const awaited = new Map<number, PromiseWithResolvers<void>>();
  const clock = createVirtualClock({ startMs: Date.now(), autoAdvance: true });
  return {
    environment: {
      HOME: emptyHome,
      npm_config_globalconfig: join(emptyHome, "none"),
      npm_config_registry: registry,
      ...more.environment,
    },
    cwd: emptyHome,
    clock,
    pauses: clock.sleeps,
    signal: more.signal ?? new AbortController().signal,
    onProgress: (step) => {
      progress.push(step);
      awaited.get(step.receivedBytes)?.resolve();
    },
    progress,
    arrived: (bytes) => {
      const waiting = Promise.withResolvers<void>();
      awaited.set(bytes, waiting);
      return waiting.promise;
    },
  };
};

const planIn = async (): Promise<InstallPlan> => ({
  folder: join(await temporaryFolder(), "models", "made"),
  artifacts: [artifact],
});

const partIn = ({ folder }: InstallPlan): string => join(folder, "made-weights-1.2.3.tgz.part");

const expectInstalled = async ({ folder }: InstallPlan): Promise<void> => {
  for (const [name, bytes] of made.contents) {
    expect(await readFile(join(folder, name))).toEqual(bytes);
  }
  const names = await readdir(folder);
  expect(names.toSorted()).toEqual([".verified.json", "decoder.onnx", "encoder.onnx"]);
  expect(await readdir(join(folder, ".."))).toEqual(["made"]);
};

describe("installArtifacts", () => {
  it("fetches the files and nothing else, and tells how far it is", async () => {
    const registry = await serveRegistry(made);
    const [plan, context] = [await planIn(), contextFor(registry.url)];
    await installArtifacts(plan, context);
    await expectInstalled(plan);
    expect(context.progress.at(-1)).toEqual({
      source: "@made/weights@1.2.3",
      receivedBytes: tarball.length,
      totalBytes: tarball.length,
    });
    const bytes = context.progress.map(({ receivedBytes }) => receivedBytes);
    expect(bytes).toEqual(bytes.toSorted((one, other) => one - other));
  });

  it("writes through no link that somebody put there, and makes nothing that others can change", async () => {
    const registry = await serveRegistry(made);
    const plan = await planIn();
    await mkdir(plan.folder, { recursive: true });
    const precious = join(await temporaryFolder(), "precious");
    await writeFile(precious, "kept");
    const planted = [partIn(plan), ...["encoder", "decoder"].map((name) => `${name}.onnx.part`)];
    for (const name of planted) await symlink(precious, join(plan.folder, basename(name)));
    const before = process.umask(0);
    try {
      await installArtifacts(plan, contextFor(registry.url));
    } finally {
      process.umask(before);
    }
    await expectInstalled(plan);
    expect(await readFile(precious, "utf8")).toBe("kept");
    for (const name of await readdir(plan.folder))
      expect((await stat(join(plan.folder, name))).mode & 0o022).toBe(0);
  });

  it("touches no network when all is there", async () => {
    const registry = await serveRegistry(made);
    const plan = await planIn();
    await installArtifacts(plan, contextFor(registry.url));
    const before = registry.seen.length;
    await installArtifacts(plan, contextFor(registry.url));
    await installArtifacts(
      plan,
      contextFor("http://127.0.0.1:1/", { environment: { EARSHOT_OFFLINE: "1" } }),
    );
    expect(registry.seen.length).toBe(before);
  });

  it("logs in where the user's settings say so", async () => {
    const registry = await serveRegistry(made, { authorization: "Bearer fake-token" });
    const place = registry.url.replace("http:", "");
    const environment = { [`npm_config_${place}:_authToken`]: "fake-token" };
    const plan = await planIn();
    await installArtifacts(plan, contextFor(registry.url, { environment }));
    await expectInstalled(plan);
  });

  it("says that credentials are missing, without another try and without telling any", async () => {
    const registry = await serveRegistry(made, { authorization: "Bearer fake-token" });
    const place = registry.url.replace("http:", "");
    const environment = { [`npm_config_${place}:_authToken`]: "fake-wrong-token" };
    const installing = installArtifacts(await planIn(), contextFor(registry.url, { environment }));
    await expect(installing).rejects.toMatchObject({ code: "provider_authentication" });
    await expect(installing).rejects.toThrow("npm login");
    await expect(installing).rejects.not.toThrow("fake-wrong-token");
    expect(registry.seen).toHaveLength(1);
  });

  it("goes on where a cut connection ended", async () => {
    const registry = await serveRegistry(made);
    const [plan, context] = [await planIn(), contextFor(registry.url)];
    registry.disturbances.push(cutAfter(tarball, 100_000, context.arrived(100_000)));
    await installArtifacts(plan, context);
    await expectInstalled(plan);
    const [first, second] = registry.tarballRequests();
    expect(first?.range).toBeUndefined();
    expect(second?.range).toBe("bytes=100000-");
    expect(context.pauses).toEqual([500]);
  });

  it("goes on with what an ended process left behind", async () => {
    const registry = await serveRegistry(made);
    const plan = await planIn();
    await mkdir(plan.folder, { recursive: true });
    await writeFile(partIn(plan), tarball.subarray(0, 50_000));
    await installArtifacts(plan, contextFor(registry.url));
    await expectInstalled(plan);
    expect(registry.tarballRequests().map(({ range }) => range)).toEqual(["bytes=50000-"]);
  });

  it("unpacks a whole tarball that an ended process left behind", async () => {
    const registry = await serveRegistry(made);
    const plan = await planIn();
    await mkdir(plan.folder, { recursive: true });
    await writeFile(partIn(plan), tarball);
    await installArtifacts(plan, contextFor(registry.url));
    await expectInstalled(plan);
    expect(registry.tarballRequests()).toEqual([]);
  });

  it("starts over at a server that knows no ranges", async () => {
    const registry = await serveRegistry(made, { ranges: false });
    const [plan, context] = [await planIn(), contextFor(registry.url)];
    registry.disturbances.push(cutAfter(tarball, 70_000, context.arrived(70_000)));
    await installArtifacts(plan, context);
    await expectInstalled(plan);
  });

  it("starts over when the server refuses to go on", async () => {
    const registry = await serveRegistry(made);
    const [plan, context] = [await planIn(), contextFor(registry.url)];
    const cut = cutAfter(tarball, 70_000, context.arrived(70_000));
    registry.disturbances.push(cut, answerStatus(416));
    await installArtifacts(plan, context);
    await expectInstalled(plan);
    const ranges = registry.tarballRequests().map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=70000-", undefined]);
  });

  it("tries again after 503, and gives up after four times", async () => {
    const registry = await serveRegistry(made);
    registry.disturbances.push(answerStatus(503));
    await installArtifacts(await planIn(), contextFor(registry.url));
    registry.disturbances.push(...Array.from({ length: 9 }, () => answerStatus(503)));
    const context = contextFor(registry.url);
    const installing = installArtifacts(await planIn(), context);
    await expect(installing).rejects.toMatchObject({ code: "network" });
    expect(context.pauses).toEqual([500, 1000, 2000]);
  });

  it("does not try again after 404", async () => {
    const registry = await serveRegistry(await makePackage("@made/other"));
    const context = contextFor(registry.url);
    const installing = installArtifacts(await planIn(), context);
    await expect(installing).rejects.toMatchObject({ code: "provider_model_not_found" });
    await expect(installing).rejects.toThrow("answered 404");
    expect(context.pauses).toEqual([]);
  });

  it("says when the registry lacks the version, or is none", async () => {
    const registry = await serveRegistry(made);
    const newer: InstallPlan = {
      ...(await planIn()),
      artifacts: [{ ...artifact, version: "9.9.9" }],
    };
    await expect(installArtifacts(newer, contextFor(registry.url))).rejects.toThrow("9.9.9");
    const page = await serveRegistry(made, { tarballUrl: "" });
    const noJson = { ...artifact, packageName: "@made/weights/-/weights-1.2.3.tgz" };
    const strange = { ...(await planIn()), artifacts: [noJson] };
    await expect(installArtifacts(strange, contextFor(page.url))).rejects.toThrow("no JSON");
  });

  it("refuses a tarball with another hash and leaves nothing of it", async () => {
    const registry = await serveRegistry({ ...made, tarball: Buffer.alloc(tarball.length, 7) });
    const plan = await planIn();
    const installing = installArtifacts(plan, contextFor(registry.url));
    await expect(installing).rejects.toMatchObject({ code: "bad_response" });
    await expect(installing).rejects.toThrow("sha512");
    expect(await readdir(plan.folder)).toEqual([]);
    expect(registry.tarballRequests()).toHaveLength(1);
  });

  it("fetches anew when only the beginning from before was wrong", async () => {
    const registry = await serveRegistry(made);
    const plan = await planIn();
    await mkdir(plan.folder, { recursive: true });
    await writeFile(partIn(plan), Buffer.alloc(1000, 7));
    await installArtifacts(plan, contextFor(registry.url));
    await expectInstalled(plan);
    expect(registry.tarballRequests().map(({ range }) => range)).toEqual([
      "bytes=1000-",
      undefined,
    ]);
  });

  it("refuses a tarball that does not end", async () => {
    const longer = Buffer.concat([tarball, Buffer.alloc(1_000_000)]);
    const registry = await serveRegistry({ ...made, tarball: longer });
    const installing = installArtifacts(await planIn(), contextFor(registry.url));
    await expect(installing).rejects.toThrow("longer than it should be");
  });

  it.each([
    ["is missing", (path: string) => truncate(path, 0)],
    ["was cut", (path: string) => truncate(path, 1000)],
    [
      "was changed at the same size",
      async (path: string) => {
        const { size } = await stat(path);
        await writeFile(path, Buffer.alloc(size, 1));
      },
    ],
  ])("fetches anew when a file %s", async (_, damage) => {
    const registry = await serveRegistry(made);
    const plan = await planIn();
    await installArtifacts(plan, contextFor(registry.url));
    const path = join(plan.folder, "decoder.onnx");
    await damage(path);
    // A coarse file system clock must not hide the change.
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    expect(await lackingArtifacts(plan)).toEqual([artifact]);
    await installArtifacts(plan, contextFor(registry.url));
    await expectInstalled(plan);
  });

  it("stays off the network when it is forbidden", async () => {
    const registry = await serveRegistry(made);
    const context = contextFor(registry.url, { environment: { EARSHOT_OFFLINE: "true" } });
    const installing = installArtifacts(await planIn(), context);
    await expect(installing).rejects.toMatchObject({ code: "provider_model_not_found" });
    expect(registry.seen).toEqual([]);
  });

  it("names the address when nobody answers there", async () => {
    const context = contextFor("http://fake-user:fake-pass@127.0.0.1:1/npm/");
    const installing = installArtifacts(await planIn(), context);
    await expect(installing).rejects.toMatchObject({ code: "network" });
    await expect(installing).rejects.toThrow("http://127.0.0.1:1/npm/");
    await expect(installing).rejects.not.toThrow("fake-pass");
  });

  it("stops when the signal fires and goes on from there the next time", async () => {
    const registry = await serveRegistry(made);
    const leaving = new AbortController();
    registry.disturbances.push((_request, response) => {
      response.writeHead(200, { "content-length": tarball.length });
      response.write(tarball.subarray(0, 60_000), () => setImmediate(() => leaving.abort()));
      return true;
    });
    const plan = await planIn();
    const installing = installArtifacts(plan, contextFor(registry.url, { signal: leaving.signal }));
    await expect(installing).rejects.toMatchObject({ code: "aborted" });
    await installArtifacts(plan, contextFor(registry.url));
    await expectInstalled(plan);
  });

  it("lets two processes at once fetch it once", async () => {
    const registry = await serveRegistry(made);
    const plan = await planIn();
    const script = fileURLToPath(new URL("../../test/install-in-child.ts", import.meta.url));
    const run = promisify(execFile);
    const input = JSON.stringify({ plan, registry: registry.url, home: emptyHome });
    await Promise.all([1, 2, 3].map(() => run(process.execPath, [script, input])));
    await expectInstalled(plan);
    expect(registry.tarballRequests()).toHaveLength(1);
  });
});
