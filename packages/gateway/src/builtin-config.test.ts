import { expect, test } from "vitest";
import { builtinConfig } from "./builtin-config.ts";
import { createGateway } from "./create-gateway.ts";

const groups = (environment: Record<string, string>): readonly string[] =>
  builtinConfig(environment).deployments.map((deployment) => deployment.group);

test("serves the local engine when the environment has no keys", () => {
  expect(groups({})).toEqual(["whisper", "local/moonshine-tiny-en"]);
});

test("adds provider/model for each key in the environment, and that config always starts", () => {
  const environment = { OPENAI_API_KEY: "sk-test-one", AZURE_API_KEY: "test-key" };
  expect(groups(environment)).toEqual(["whisper", "local/moonshine-tiny-en", "openai/*"]);
  const complete = { ...environment, AZURE_API_BASE: "https://x.openai.azure.test" };
  expect(groups(complete)).toContain("azure/*");
  for (const known of [environment, complete]) {
    const gateway = createGateway(builtinConfig(known), { environment: known });
    expect(gateway.has("openai/whisper-1")).toBe(true);
    expect(gateway.models().map((model) => model.id)).toContain("openai/gpt-transcribe");
  }
});
