import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "@earshot/config";
import type { EarshotConfig } from "@earshot/config";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectionLimits, formLimits, formSettings, upstreamSettings } from "./proxy-settings.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (settings: string): EarshotConfig =>
  readConfig({
    text: `model_list: [{ model_name: a, litellm_params: { model: whisper-1 } }]
earshot_settings: { ${settings} }`,
    fileName: "config.yaml",
    environment: {},
  }).config;

test("every limit on forms comes from the config", () => {
  const config = read(
    `max_request_size_mb: 3, max_field_size_kb: 4, max_form_text_size_kb: 10, max_form_parts: 5, max_part_header_size_kb: 6,
     max_boundary_length: 77, upload_idle_timeout: 8, upload_min_bytes_per_second: 9`,
  );
  expect(formLimits(config)).toEqual({
    maxBodyBytes: 3 * 1024 * 1024,
    maxFieldBytes: 4 * 1024,
    maxTextBytes: 10 * 1024,
    maxParts: 5,
    maxHeaderBytes: 6 * 1024,
    maxBoundaryLength: 77,
    idleTimeoutMs: 8000,
    minBytesPerSecond: 9,
  });
});

test("a limit of 0 for the pace is none, not the default", () => {
  expect(formLimits(read("upload_min_bytes_per_second: 0")).minBytesPerSecond).toBe(0);
  expect(formLimits(read("")).minBytesPerSecond).toBe(100);
});

test("a form may have more text by default where its longest field may be longer", () => {
  expect(formLimits(read("")).maxTextBytes).toBe(8 * 1024 * 1024);
  expect(formLimits(read("max_field_size_kb: 20480")).maxTextBytes).toBe(27 * 1024 * 1024);
});

test("processes share the text of all requests, and a form alone always has its own limit", async () => {
  const settings = `spool_dir: ${folder}, max_form_text_size_kb: 1024`;
  const shared = await formSettings(read(`${settings}, total_form_text_mb: 8`), 4);
  shared.textBudget?.add(2 * 1024 * 1024 - 1);
  expect(shared.textBudget?.isFull).toBe(false);
  shared.textBudget?.add(1);
  expect(shared.textBudget?.isFull).toBe(true);
  const tight = await formSettings(read(`${settings}, total_form_text_mb: 1`), 4);
  tight.textBudget?.add(1024 * 1024 - 1);
  expect(tight.textBudget?.isFull).toBe(false);
});

test("processes share the memory for all uploads, and each upload keeps its own", async () => {
  const config = read(`spool_dir: ${folder}, upload_memory_mb: 1, total_upload_memory_mb: 10`);
  const { budget, memoryBytes, spool } = await formSettings(config, 4);
  expect(memoryBytes).toBe(1024 * 1024);
  expect(spool.path).toBe(folder);
  budget.add(2.5 * 1024 * 1024 - 1);
  expect(budget.isFull).toBe(false);
  budget.add(1);
  expect(budget.isFull).toBe(true);
});

test("the limits on connections come from the config", () => {
  const general = {
    headerTimeoutMs: 5000,
    responseIdleTimeoutMs: 7000,
    maxHeaderSizeKb: 64,
    maxConnections: 100,
  };
  expect(connectionLimits({ general }, 1)).toEqual({
    headerTimeoutMs: 5000,
    responseIdleTimeoutMs: 7000,
    maxHeaderBytes: 65_536,
    maxConnections: 100,
  });
  expect(connectionLimits({ general: {} }, 4)).toEqual({});
});

test.each([
  [100, 3, 33],
  [2, 4, 1],
])("%i connections for %i processes are %i for each", (maxConnections, workers, each) => {
  expect(connectionLimits({ general: { maxConnections } }, workers).maxConnections).toBe(each);
});

test("what the config does not say of upstream connections is left to the transport", () => {
  expect(upstreamSettings({ general: {} }, 4)).toEqual({});
});

test("HTTP/2 is as the config says", () => {
  expect(upstreamSettings({ general: { upstreamHttp2: true } }, 4)).toEqual({ http2: true });
});

test.each([
  [100, 1, 100],
  [100, 3, 33],
  [2, 4, 1],
])(
  "%i upstream connections for %i processes are %i for each",
  (maxUpstreamConnections, workers, each) => {
    expect(upstreamSettings({ general: { maxUpstreamConnections } }, workers).connections).toBe(
      each,
    );
  },
);
