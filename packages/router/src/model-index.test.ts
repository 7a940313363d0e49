import { describe, expect, it } from "vitest";
import { deployment } from "../test/router-world.ts";
import { createModelIndex } from "./model-index.ts";
import type { ModelGroupAlias } from "./router-settings.ts";

const indexOf = (groups: readonly string[], aliases: Record<string, ModelGroupAlias> = {}) =>
  createModelIndex(
    groups.map((group, number) => deployment(`d${number}`, { group })),
    aliases,
  );
const shown = (model: string): ModelGroupAlias => ({ model, hidden: false });

describe("resolving a model", () => {
  it("finds all deployments of a group", () => {
    const resolved = indexOf(["whisper", "other", "whisper"]).resolve("whisper");
    expect(resolved?.deployments.map(({ id }) => id)).toEqual(["d0", "d2"]);
    expect(resolved?.wildcard).toBeUndefined();
  });

  it("follows an alias, also to another alias, and not in circles", () => {
    const index = indexOf(["whisper"], {
      "whisper-1": shown("speech"),
      speech: shown("whisper"),
      left: shown("right"),
      right: shown("left"),
    });
    expect(index.resolve("whisper-1")?.group).toBe("whisper");
    expect(index.resolve("left")).toBeUndefined();
  });

  it("prefers an alias to a group of the same name", () => {
    const index = indexOf(["whisper", "groq"], { whisper: shown("groq") });
    expect(index.resolve("whisper")?.group).toBe("groq");
  });

  it("finds a single deployment by its id", () => {
    expect(indexOf(["whisper", "whisper"]).resolve("d1")?.deployments).toHaveLength(1);
  });

  it("finds no deployment of a pattern by its id: nothing says what the wildcard stands for", () => {
    expect(indexOf(["groq/*"]).resolve("d0")).toBeUndefined();
  });

  it("captures what the wildcard stands for", () => {
    const index = indexOf(["groq/*", "*-turbo", "a*b*"]);
    expect(index.resolve("groq/whisper-large-v3")?.wildcard).toBe("whisper-large-v3");
    expect(index.resolve("whisper-turbo")?.wildcard).toBe("whisper");
    expect(index.resolve("a1b2")?.wildcard).toBe("1");
    expect(indexOf(["*"]).resolve("anything/at all")?.wildcard).toBe("anything/at all");
  });

  it("lets the most specific pattern win, and an exact group before all", () => {
    const index = indexOf(["*", "groq/*", "groq/whisper-*", "groq/whisper-exact"]);
    expect(index.resolve("groq/whisper-large")?.group).toBe("groq/whisper-*");
    expect(index.resolve("groq/other")?.group).toBe("groq/*");
    expect(index.resolve("deepgram/nova")?.group).toBe("*");
    expect(index.resolve("groq/whisper-exact")?.wildcard).toBeUndefined();
  });

  it("resolves an alias through a pattern", () => {
    const index = indexOf(["groq/*"], { fast: shown("groq/whisper-turbo") });
    expect(index.resolve("fast")?.wildcard).toBe("whisper-turbo");
  });

  it("is not fooled by names that every object has", () => {
    const index = indexOf(["whisper"]);
    for (const name of ["constructor", "__proto__", "toString", ""])
      expect(index.resolve(name)).toBeUndefined();
  });
});

describe("the visible names", () => {
  it("are groups, patterns and aliases without the hidden ones", () => {
    const index = indexOf(["whisper", "groq/*", "whisper"], {
      "whisper-1": shown("whisper"),
      secret: { model: "whisper", hidden: true },
    });
    expect(index.visibleNames).toEqual(["whisper", "groq/*", "whisper-1"]);
    expect(index.resolve("secret")?.group).toBe("whisper");
  });

  it("are named when a model is unknown, with the nearest, up to a bound", () => {
    const index = indexOf(
      [...Array.from({ length: 30 }, (_, number) => `model-${number}`), "whisper"],
      {
        secret: { model: "whisper", hidden: true },
      },
    );
    const { code, message, param } = index.unknown("Whispr");
    expect({ code, param }).toEqual({ code: "model_not_found", param: "model" });
    expect(message).toContain('There is no model "Whispr". Did you mean "whisper"?');
    expect(message).toContain("model-19 and 11 more.");
    expect(message).not.toContain("secret");
    expect(index.unknown("something else entirely").message).not.toContain("Did you mean");
  });

  it("can be none", () => {
    expect(indexOf([]).unknown("whisper").message).toBe(
      'There is no model "whisper", nor any other.',
    );
  });
});
