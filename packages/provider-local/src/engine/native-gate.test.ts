import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { realModel } from "../../test/real-model.ts";
import { awaitShutGate, createNativeGate, enterGate, isAskedOut, shutGate } from "./native-gate.ts";

vi.setConfig({ testTimeout: 120_000 });

const { model, missing } = await realModel();

const nothing = (): void => {};

describe("a native gate", () => {
  it("shuts at once when nobody is inside, and lets nobody in then", () => {
    const gate = createNativeGate();
    enterGate(gate, nothing)();
    expect(shutGate(gate)).toBe(true);
    expect(shutGate(gate)).toBe(true);
    expect(() => enterGate(gate, nothing)).toThrow("closed");
  });

  it("is shut by the one inside on the way out", () => {
    const gate = createNativeGate();
    const onShut = vi.fn<() => void>();
    const leave = enterGate(gate, onShut);
    expect(isAskedOut(gate)).toBe(false);
    expect(shutGate(gate)).toBe(false);
    expect(shutGate(gate)).toBe(false);
    expect(isAskedOut(gate)).toBe(true);
    expect(onShut).not.toHaveBeenCalled();
    leave();
    expect(onShut).toHaveBeenCalledOnce();
    expect(shutGate(gate)).toBe(true);
  });

  it("does not wait for ever", () => {
    const gate = createNativeGate();
    enterGate(gate, nothing);
    awaitShutGate(gate, 1);
    expect(shutGate(gate)).toBe(false);
  });
});

const exitCodeOf = async (input: object): Promise<unknown> => {
  const script = fileURLToPath(new URL("../../test/exit-in-child.ts", import.meta.url));
  try {
    await promisify(execFile)(process.execPath, [script, JSON.stringify(input)]);
    return 0;
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
};

describe.skipIf(missing !== undefined)("a program that ends", () => {
  const options = { model, choice: "native", numThreads: 1 };

  it.each([
    ["loading", "exit", 7],
    ["loading", "throw", 1],
    ["loading", "close", 9],
    ["decoding", "exit", 7],
    ["decoding", "throw", 1],
    ["decoding", "close", 9],
  ])("while its engine is %s, by %s, ends in good order", async (...[moment, way, code]) => {
    expect(await exitCodeOf({ options, moment, way })).toBe(code);
  });
});
