import { expect, test } from "vitest";
import { defaultSettings, jsonSchema, readConfig } from "./index.ts";
import { SETTINGS_SECTIONS } from "./sections.ts";

const writtenOut = Object.fromEntries(
  SETTINGS_SECTIONS.map(({ name, fields }) => [
    name,
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.default])),
  ]),
);

test("a constant default is what its key would give, written out", () => {
  const models = [{ model_name: "a", litellm_params: { model: "whisper-1" } }];
  const text = JSON.stringify({ model_list: models, ...writtenOut });
  const { config: all } = readConfig({ text, fileName: "config.yaml", environment: {} });
  expect(Object.keys(all.router)).toHaveLength(10);
  expect({ ...defaultSettings.router, ...all.router }).toEqual(defaultSettings.router);
  expect(all.general).toEqual(defaultSettings.general);
  expect(all.settings).toMatchObject(defaultSettings.settings);
});

test("defaults are in the units of the config", () => {
  expect(defaultSettings.router.timeoutMs).toBe(600_000);
  expect(defaultSettings.general).toMatchObject({ port: 8000, uploadIdleTimeoutMs: 60_000 });
});

test("the JSON Schema gives a default in the file's unit, and none where it depends on more", () => {
  expect(jsonSchema()).toMatchObject({
    properties: {
      router_settings: { properties: { timeout: { default: 600 } } },
      earshot_settings: {
        properties: {
          total_form_text_mb: { description: expect.stringMatching(/Default: 64, and/) },
        },
      },
    },
  });
  expect(JSON.stringify(jsonSchema())).not.toContain('"default":64');
});
