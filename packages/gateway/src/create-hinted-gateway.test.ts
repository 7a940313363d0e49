import { fileFromBytes } from "@earshot/audio";
import { readConfig } from "@earshot/config";
import { createFakeTransport, speechSample } from "@earshot/provider-testkit";
import { expect, test } from "vitest";
import { builtinConfig } from "./builtin-config.ts";
import { createGateway } from "./create-gateway.ts";

const refusalOf = async (
  model: string,
  environment: Readonly<Record<string, string>> = {},
  config = builtinConfig(environment),
): Promise<unknown> => {
  const { send } = createFakeTransport(() => ({ body: { text: "hello" } }));
  const gateway = createGateway(config, { environment, transport: send });
  const request = { model, audio: fileFromBytes(speechSample(), "talk.wav") };
  const refusals = await Promise.allSettled([gateway.transcribe(request), gateway.stream(request)]);
  const [first, second] = refusals.map((settled) =>
    settled.status === "rejected" ? settled.reason : undefined,
  );
  expect(second).toEqual(first);
  return first;
};

test.each([
  ["openai/whisper-1", {}, "Set OPENAI_API_KEY in the environment of Earshot to use OpenAI."],
  ["azure/x", {}, /Set AZURE_API_KEY and AZURE_\w+ in the environment/u],
  ["azure/x", { AZURE_API_KEY: "test-key" }, /Set AZURE_(?!API_KEY)\w+ in the environment/u],
])("without a config, %s with %j says which variable is missing", async (...row) => {
  const [model, environment, hint] = row;
  expect(await refusalOf(model, environment)).toMatchObject({
    code: "model_not_found",
    param: "model",
    message: expect.stringMatching(hint) as string,
  });
});

test("says nothing of variables where they would not help", async () => {
  const { config } = readConfig({
    text: "model_list:\n- model_name: a\n  litellm_params: { model: local/moonshine-tiny-en }\n",
    fileName: "config.yaml",
    environment: {},
  });
  const plain = { code: "model_not_found", message: expect.not.stringContaining("Set ") as string };
  expect(await refusalOf("openai/whisper-1", {}, config)).toMatchObject(plain);
  expect(await refusalOf("nobody/whisper-1")).toMatchObject(plain);
  expect(await refusalOf("local/nope")).toMatchObject(plain);
});
