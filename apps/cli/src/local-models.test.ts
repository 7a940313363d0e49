import type { DeploymentConfig } from "@earshot/config";
import { expect, test } from "vitest";
import { isLocal } from "./is-local.ts";
import { localGroups } from "./local-models.ts";

const deployment = (group: string, model: string, customProvider?: string): DeploymentConfig => ({
  group,
  model,
  ...(customProvider === undefined ? {} : { customProvider }),
  tags: [],
  extraHeaders: {},
  extra: {},
  modelInfo: { extra: {} },
  location: { file: "config.yaml", line: 1, column: 1, path: "" },
});

test("the local engine is known by its prefix or by custom_llm_provider", () => {
  expect(isLocal(deployment("a", "local/moonshine-tiny-en"))).toBe(true);
  expect(isLocal(deployment("a", "moonshine-tiny-en", "local"))).toBe(true);
  expect(isLocal(deployment("a", "local/whisper", "openai"))).toBe(false);
  expect(isLocal(deployment("a", "whisper-1"))).toBe(false);
});

test("a group that also asks others is never used for the self-check: it might cost money", () => {
  const deployments = [
    deployment("mixed", "local/moonshine-tiny-en"),
    deployment("mixed", "whisper-1"),
    deployment("local/*", "local/*"),
    deployment("own", "local/moonshine-tiny-en"),
  ];
  expect(localGroups(deployments)).toEqual(["own"]);
  expect(localGroups(deployments.slice(0, 3))).toEqual([]);
});
