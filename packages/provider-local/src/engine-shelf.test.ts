import { describe, expect, it } from "vitest";
import { createEngineShelf } from "./engine-shelf.ts";
import { readLocalSettings } from "./local-settings.ts";
import type { EngineSpec } from "./shared-engine.ts";

const spec = (extra: Readonly<Record<string, number>> = {}, model = "any"): EngineSpec => ({
  key: "the same model",
  model,
  settings: readLocalSettings(extra),
});

const countingShelf = (): {
  lease: ReturnType<typeof createEngineShelf>["lease"];
  log: string[];
} => {
  const log: string[] = [];
  const shelf = createEngineShelf(() => {
    log.push("created");
    return {
      enter: () => ({ expect: () => {}, worked: () => {}, leave: () => {} }),
      load: () => Promise.reject(new Error("not loaded in this test")),
      isLoaded: () => false,
      close: async () => {
        log.push("closed");
      },
    };
  });
  return { lease: (wanted) => shelf.lease(wanted), log };
};

describe("createEngineShelf", () => {
  it("lends one engine to all who want the same, and closes it after the last", async () => {
    const { lease, log } = countingShelf();
    const one = lease(spec());
    const two = lease(spec({}, "another name of it"));
    expect(two.engine).toBe(one.engine);
    await one.release();
    await one.release();
    expect(log).toEqual(["created"]);
    await two.release();
    expect(log).toEqual(["created", "closed"]);
  });

  it("lends the same engine to those who only take audio of another length", () => {
    const { lease } = countingShelf();
    expect(lease(spec({ max_audio_seconds: 60 })).engine).toBe(lease(spec()).engine);
  });

  it("lends another engine for other settings, and a new one after the last was closed", async () => {
    const { lease, log } = countingShelf();
    const one = lease(spec());
    const other = lease(spec({ num_threads: 2 }));
    expect(other.engine).not.toBe(one.engine);
    await one.release();
    expect(lease(spec()).engine).not.toBe(one.engine);
    expect(log).toEqual(["created", "created", "closed", "created"]);
  });
});
