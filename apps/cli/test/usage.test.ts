import { open } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { commands } from "../src/commands.ts";
import { startCli } from "./cli-process.ts";
import { runCommand } from "./fake-io.ts";
import { temporaryFile } from "./temporary-folder.ts";

test("the program itself: version, help and a wrong flag", { timeout: 30_000 }, async () => {
  const version = startCli(["--version"]);
  const help = startCli(["--help"]);
  const wrong = startCli(["serve", "--confg", "config.yaml"]);
  expect(await version.exitCode).toBe(0);
  expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/u);
  expect(await help.exitCode).toBe(0);
  expect(help.stdout()).toContain("Usage: earshot");
  expect(await wrong.exitCode).toBe(2);
  expect(wrong.stderr()).toContain("Did you mean '--config'?");
  expect(wrong.stdout()).toBe("");
});

test.skipIf(process.platform !== "linux")(
  "a full disk is no success",
  { timeout: 30_000 },
  async () => {
    const full = await open("/dev/full", "w");
    onTestFinished(() => full.close());
    const cli = startCli(["--version"], {}, full.fd);
    expect(await cli.exitCode).toBe(1);
    expect(cli.stderr()).toContain("the output could not be written");
  },
);

describe("help", () => {
  test.each(commands.map(({ name }) => name))(
    "of %s shows its flags and examples",
    async (name) => {
      const { exitCode, stdout } = await runCommand([...name.split(" "), "--help"]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`Usage: earshot ${name}`);
      expect(stdout).toMatch(/Examples:\n {2}earshot /u);
      expect(await runCommand(["help", ...name.split(" ")])).toMatchObject({ stdout });
    },
  );

  test("lists every command", async () => {
    const { stdout } = await runCommand(["help"]);
    for (const { name } of commands) expect(stdout).toContain(`  ${name} `);
  });
});

describe("a wrong command line ends with 2 and says what was meant", { timeout: 30_000 }, () => {
  test.each([
    [["serv"], "Did you mean 'serve'?"],
    [["config", "chek"], "Did you mean 'config check'?"],
    [["config"], "check or schema"],
    [["--prot", "1"], "Did you mean '--port'?"],
    [["-x"], "knows no -x"],
    [["--port"], "--port needs a value"],
    [["--port", "--host"], "--port needs a value"],
    [["--port", "http"], "from 0 to 65535"],
    [["--quiet=yes"], "--quiet takes no value"],
    [["serve", "extra"], "'extra' is one word too many"],
    [["transcribe"], "needs FILE"],
    [["transcribe", "a.wav", "--format", "srtt"], "Did you mean 'srt'?"],
    [["transcribe", "a.wav", "--url", "localhost"], "--url takes an address"],
    [["transcribe", "a.wav", "--model", "whispr"], "Did you mean 'whisper'?"],
  ])("%j", async (argv, words) => {
    const { exitCode, stdout, stderr } = await runCommand(argv);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
  });

  test("a file where a command belongs", async () => {
    const audio = temporaryFile("talk.mp3", "");
    const config = temporaryFile("config.yaml", "");
    const { stderr } = await runCommand([audio]);
    expect(stderr).toContain(`earshot transcribe ${audio}`);
    expect(await runCommand([config])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`earshot --config ${config}`),
    });
  });
});
