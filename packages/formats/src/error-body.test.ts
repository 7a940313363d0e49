import { ERROR_CODES, ERROR_POLICY, TranscriptionError } from "@earshot/core";
import { expect, test } from "vitest";
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
