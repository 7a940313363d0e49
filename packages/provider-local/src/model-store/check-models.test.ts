import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { listen } from "../../test/registry-server.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { checkRegistry } from "./check-models.ts";
import type { StoreOptions } from "./install-context.ts";

const optionsFor = async (registry: string): Promise<StoreOptions> => {
  const cwd = await temporaryFolder();
  const npm_config_globalconfig = `${cwd}/none`;
  return {
    cwd,
    environment: { HOME: cwd, npm_config_globalconfig, npm_config_registry: registry },
  };
};

describe("checkRegistry", () => {
  it("asks for the packages of the built-in models and fetches none", async () => {
    const asked: string[] = [];
    const registry = await listen(
      createServer((request, response) => {
        asked.push(decodeURIComponent(request.url ?? ""));
        const dist = { tarball: "https://npm.example/x.tgz" };
        response.end(JSON.stringify({ versions: { "0.1.29": { dist }, "1.9.0": { dist } } }));
      }),
    );
    await checkRegistry(await optionsFor(registry));
    expect(asked).toEqual(["/@moonshine-ai/moonshine-js", "/@livekit/agents-plugin-silero"]);
  });

  it("tells what the registry answered", async () => {
    const registry = await listen(
      createServer((_request, response) => response.writeHead(404).end()),
    );
    await expect(checkRegistry(await optionsFor(registry))).rejects.toMatchObject({
      code: "provider_model_not_found",
      message: expect.stringContaining("answered 404"),
    });
  });
});
