import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { runCommand } from "./run-command.mjs";
import { createTree } from "./temporary-tree.mjs";

describe("runCommand", () => {
  it("returns the exit code, what was printed, and where", async () => {
    const cwd = createTree({});
    const script = `echo out; echo "$ADDED" >&2; exit 3`;
    expect(await runCommand(["sh", "-c", script], { cwd, env: { ADDED: "more" } })).toEqual({
      code: 3,
      stdout: "out\n",
      output: expect.stringMatching(/^(?:out\nmore|more\nout)\n$/u),
    });
  });

  it("reports a command that cannot be started", async () => {
    const { code, output } = await runCommand(["no-such-command"], { cwd: createTree({}) });
    expect(code).toBe(127);
    expect(output).toContain("no-such-command");
  });

  it("stops the command together with what that has started", async () => {
    const cwd = createTree({});
    const controller = new AbortController();
    // The grandchild holds the pipes open, so the promise waits for it, too.
    const ended = runCommand(["sh", "-c", "sleep 600 & touch started; wait"], {
      cwd,
      signal: controller.signal,
    });
    await vi.waitUntil(() => existsSync(join(cwd, "started")), { timeout: 20_000 });
    controller.abort();
    expect((await ended).code).not.toBe(0);
  });

  it("does not let a command run that was stopped before it started", async () => {
    const options = { cwd: createTree({}), signal: AbortSignal.abort() };
    expect((await runCommand(["sleep", "600"], options)).code).not.toBe(0);
  });
});
