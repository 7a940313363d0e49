import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCli } from "./cli-process.ts";
import type { CliProcess } from "./cli-process.ts";
import { whyNoSpeech } from "./recordings.ts";

const SAMPLE =
  "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";

const execute = promisify(execFile);
const missing = await whyNoSpeech();
const hasCurl = await execute("curl", ["--version"]).then(
  () => true,
  () => {
    process.stderr.write("skipped: there is no curl on this machine\n");
    return false;
  },
);

describe.skipIf(missing !== undefined)("earshot alone", { timeout: 60_000 }, () => {
  let cli: CliProcess;
  let curl: string;

  beforeAll(async () => {
    cli = startCli(["--port", "0"]);
    curl = await cli.until(/^ {2}(curl .*)$/mu);
  }, 60_000);
  afterAll(() => cli.kill("SIGKILL"));

  test("hears the sample through its own endpoint, word for word", () => {
    expect(cli.stdout()).toContain("Models: whisper, local/moonshine-tiny-en");
    expect(cli.stdout()).toMatch(/went through this server \(model whisper\) in \d+\.\d s:/u);
    expect(cli.stdout()).toContain(`\n  ${SAMPLE}\n`);
    expect(cli.stdout()).not.toContain("Not word for word");
  });

  test.skipIf(!hasCurl)("prints a curl line that works as it is pasted", async () => {
    const { stdout } = await execute("sh", ["-c", `${curl} --silent`]);
    expect(JSON.parse(stdout)).toMatchObject({ text: SAMPLE });
  });

  test("exits with 130 at Ctrl-C", async () => {
    cli.kill("SIGINT");
    expect(await cli.exitCode).toBe(130);
  });
});
