import { ERROR_CODES, ERROR_POLICY, TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { toErrorBody } from "./error-body.ts";

test.each(ERROR_CODES)("%s has its status and all four keys", (code) => {
  const { status, body } = toErrorBody(new TranscriptionError(code, "What happened."));
  expect(status).toBe(ERROR_POLICY[code].httpStatus);
  expect(Object.keys(body)).toEqual(["error"]);
  expect(body.error).toEqual({
    message: "What happened.",
    type: ERROR_POLICY[code].type,
    param: null,
    code: expect.stringMatching(/^[a-z_]+$/u),
  });
});

test("names the field at fault", () => {
  const error = new TranscriptionError("invalid_request", "Not a number.", {
    param: "temperature",
  });
  expect(toErrorBody(error).body.error).toMatchObject({
    param: "temperature",
    code: "invalid_request",
  });
});

test.each([
  ["unauthorized", "invalid_api_key"],
  ["quota_exhausted", "insufficient_quota"],
  ["rate_limited", "rate_limit_exceeded"],
  ["model_not_found", "model_not_found"],
] as const)("%s is %s to OpenAI's clients", (code, expected) => {
  expect(toErrorBody(new TranscriptionError(code, "No.")).body.error.code).toBe(expected);
});

const messageOf = (message: string): string =>
  toErrorBody(new TranscriptionError("internal", message)).body.error.message;

describe("a message for clients", () => {
  test.each([
    ["No space left in /tmp/earshot-spool-1000.", "No space left in [path]."],
    [
      "ENOENT: no such file or directory, open '/Users/ann lee/models/a.onnx'",
      "ENOENT: no such file or directory, open '[path]'",
    ],
    ["The model folder /models/whisper cannot be read.", "The model folder [path] cannot be read."],
    ["at run (file:///srv/earshot/dist/main.mjs:12:3)", "at run ([path])"],
    ["at run (/opt/earshot/main.mjs:12:3)", "at run ([path]:12:3)"],
    ["Look into ~/.cache/earshot for it", "Look into [path] for it"],
    ["EACCES: C:\\Users\\ann\\spool", "EACCES: [path]"],
    ["EACCES: \\\\nas\\share\\spool", "EACCES: [path]"],
    ["open '/models/ann lee/a.onnx' failed", "open '[path]' failed"],
    ["spool=/data/spool/x, full", "spool=[path], full"],
  ])("%s", (message, expected) => {
    expect(messageOf(message)).toBe(expected);
  });

  test.each([
    "openai answered POST /v1/audio/transcriptions with 500.",
    "See https://docs.example/home/errors/500 for more.",
    "Send audio/wav or audio/mpeg and/or both.",
    "The quota is 60 requests/minute.",
    "Send it to '/v1/audio/transcriptions'.",
    "The path /openai/deployments/x is missing.",
  ])("keeps what is no path of this machine: %s", (message) => {
    expect(messageOf(message)).toBe(message);
  });

  test("keeps the client's own words about models and routes", () => {
    const error = new TranscriptionError("model_not_found", "There is no model '/models/whisper'.");
    expect(toErrorBody(error).body.error.message).toBe("There is no model '/models/whisper'.");
  });

  test("is bounded and of whole characters, as is the name of the field", () => {
    const error = new TranscriptionError("invalid_request", `\ud800${"x".repeat(5000)}`, {
      param: `\udc00${"y".repeat(5000)}`,
    });
    const { message, param } = toErrorBody(error).body.error;
    expect([message.length, message.isWellFormed(), message.at(-1)]).toEqual([2000, true, "…"]);
    expect([param?.length, param?.isWellFormed()]).toEqual([200, true]);
  });
});
