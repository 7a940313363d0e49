import { expect, test } from "vitest";
import type { TextOutput } from "../command-io.ts";
import { createLogger } from "./create-logger.ts";

const createOutput = (isTTY: boolean): TextOutput & { readonly lines: string[] } => {
  const lines: string[] = [];
  return { write: (text) => lines.push(text), isTTY, columns: 80, fd: undefined, lines };
};

test("json: one object a line, with the error's message and cause", () => {
  const output = createOutput(false);
  const { logger } = createLogger({ output, format: "json", level: "info" });
  logger.debug({}, "too much detail");
  logger.error(
    { error: new Error("outer", { cause: new Error("inner") }), status: 500 },
    "It broke",
  );
  expect(output.lines).toHaveLength(1);
  expect(JSON.parse(output.lines[0] ?? "")).toMatchObject({
    level: "error",
    msg: "It broke",
    status: 500,
    error: { message: "outer", cause: { message: "inner" } },
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/u),
  });
});

test("human: time and message; colours only on a terminal", () => {
  for (const isTTY of [false, true]) {
    const output = createOutput(isTTY);
    const { logger } = createLogger({ output, format: "human", level: "warn" });
    logger.info({}, "too much detail");
    logger.warn({}, "Careful");
    expect(output.lines).toHaveLength(1);
    expect(output.lines[0]).toMatch(/\d\d:\d\d:\d\d.* .*warn.* Careful\n$/u);
    expect(output.lines[0]?.includes("\u001B[")).toBe(isTTY);
  }
});

test("human: what clients send cannot steer the terminal or fake a line", () => {
  const output = createOutput(true);
  const { logger } = createLogger({ output, format: "human", level: "info" });
  logger.info({}, "GET /a\u001B[2J\n12:00:00 faked");
  expect(output.lines[0]).toMatch(/GET \/a\uFFFD\[2J\uFFFD12:00:00 faked\n$/u);
});
