import { writeFileSync } from "node:fs";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import { expect, onTestFinished, test, vi } from "vitest";
import { startCli } from "./cli-process.ts";
import { startSlowUpload } from "./slow-upload.ts";
import { temporaryFile } from "./temporary-folder.ts";

test("SIGHUP swaps the config of a single process; a broken one is refused", async () => {
  const released = Promise.withResolvers<void>();
  const upstream = await startFakeUpstream(async () => {
    await released.promise;
    return { body: { text: "Ask not." } };
  });
  onTestFinished(() => upstream.close());
  const configOf = (group: string): string =>
    `model_list:
- model_name: ${group}
  litellm_params: { model: whisper-1, api_key: sk-test-openai, api_base: "${upstream.url}/v1" }
`;
  const config = temporaryFile("config.yaml", configOf("whisper"));
  const cli = startCli([
    "serve",
    `--config=${config}`,
    "--workers=1",
    "--port=0",
    "--log-format=json",
  ]);
  onTestFinished(async () => {
    cli.kill("SIGKILL");
    await cli.exitCode;
  });
  const url = await cli.until(/"url":"(http:[^"]+)"/u);
  const models = async (): Promise<unknown> => (await fetch(`${url}/v1/models`)).json();
  const upload = await startSlowUpload(url);
  const answer = upload.finish();
  answer.catch(() => {});
  await vi.waitUntil(() => upstream.calls.length === 1, { timeout: 5000 });

  writeFileSync(config, "model_list: [{ model_name: whisper }]\n");
  cli.kill("SIGHUP");
  await cli.until(/"level":"error".*"line":1.*litellm_params/u);
  await cli.until(/"level":"error".*the former one keeps serving/u);
  expect(await models()).toMatchObject({ data: [{ id: "whisper" }] });

  writeFileSync(config, `${configOf("scribe")}earshot_settings: { host: 127.0.0.2 }\n`);
  cli.kill("SIGHUP");
  await cli.until(/"level":"info".*"models":\["scribe"\].*The config was read anew/u);
  expect(cli.stderr()).toMatch(
    /"level":"warn".*stays at http:.* moves to 127\.0\.0\.2:0 at the next start/u,
  );
  expect(await models()).toMatchObject({ data: [{ id: "scribe" }] });
  released.resolve();
  expect(await answer).toMatchObject({ status: 200, text: expect.stringContaining("Ask not.") });
  cli.kill("SIGTERM");
  expect(await cli.exitCode).toBe(0);
});
