import { describe, expect, it } from "vitest";
import type { EngineFactory } from "./bare-engine.ts";
import { loadBuild } from "./load-build.ts";
import type { EngineBuilds } from "./load-build.ts";

const factory = (): EngineFactory => () => {
  throw new Error("No model is loaded in this test.");
};

const [native, wasm] = [factory(), factory()];

const both: EngineBuilds = { native: async () => native, wasm: async () => wasm };

const withoutNative: EngineBuilds = {
  ...both,
  native: () => Promise.reject(new Error("GLIBC_2.32 not found\nand more")),
};

describe("loadBuild", () => {
  it("takes the native build where it loads", async () => {
    expect(await loadBuild("auto", both)).toBe(native);
    expect(await loadBuild("native", both)).toBe(native);
  });

  it("takes WebAssembly where the native build does not load, or when asked to", async () => {
    expect(await loadBuild("auto", withoutNative)).toBe(wasm);
    expect(await loadBuild("wasm", both)).toBe(wasm);
  });

  it("says why the native build does not load when nothing else is wanted", async () => {
    await expect(loadBuild("native", withoutNative)).rejects.toMatchObject({
      code: "internal",
      message: expect.stringMatching(/GLIBC_2\.32 not found .*set engine to wasm/u),
    });
  });
});
