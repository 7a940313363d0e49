import { describe, expect, test } from "vitest";
import { ERROR_CODES, ERROR_POLICY, TranscriptionError } from "./errors.ts";

describe("the policy", () => {
  test("has one entry for each code", () => {
    expect(Object.keys(ERROR_POLICY).toSorted()).toEqual([...ERROR_CODES].toSorted());
  });

  test.each(ERROR_CODES)("%s: the type is the server's if the status is", (code) => {
    const { httpStatus, type } = ERROR_POLICY[code];
    expect(type === "server_error").toBe(httpStatus >= 500);
  });

  test("what the client did wrong says nothing about the deployment", () => {
    const blamed = ERROR_CODES.filter((code) => {
      const { httpStatus, health } = ERROR_POLICY[code];
      return httpStatus < 500 && health !== "none";
    });
    expect(blamed).toEqual(["quota_exhausted", "rate_limited"]);
  });

  test("a request that is wrong everywhere is tried nowhere else", () => {
    for (const code of [
      "invalid_request",
      "audio_unreadable",
      "aborted",
      "unauthorized",
    ] as const) {
      expect(ERROR_POLICY[code].retry).toBe("never");
    }
  });

  test("a full queue is left for another, or for the client to wait for, and is no sickness", () => {
    expect(ERROR_POLICY.queue_full).toMatchObject({
      httpStatus: 429,
      retry: "elsewhere",
      health: "none",
    });
    expect(ERROR_POLICY.request_too_large).toMatchObject({ httpStatus: 413, retry: "never" });
  });

  test("an empty account is left for another at once, a busy one may be tried again", () => {
    expect(ERROR_POLICY.quota_exhausted).toMatchObject({ retry: "elsewhere", health: "trip" });
    expect(ERROR_POLICY.rate_limited).toMatchObject({ retry: "here", health: "trip" });
    expect(ERROR_POLICY.overloaded.retry).toBe("here");
  });
});

describe("TranscriptionError", () => {
  test("carries its details", () => {
    const cause = new Error("socket");
    const error = new TranscriptionError("network", "Gone.", { provider: "acme", cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "TranscriptionError", code: "network", message: "Gone." });
    expect(error).toMatchObject({ provider: "acme", cause, param: undefined });
    expect("cause" in new TranscriptionError("network", "Gone.")).toBe(false);
  });

  test("tells the remedy after the problem, and keeps both apart", () => {
    const details = { setting: "apiKey", remedy: "Set the key." };
    const error = new TranscriptionError("invalid_request", "There is no key.", details);
    expect(error).toMatchObject({ message: "There is no key. Set the key.", ...details });
    expect(error.problem).toBe("There is no key.");
  });

  test("with other parts is the same error else", () => {
    const cause = new Error("socket");
    const all = { param: "file", upstreamStatus: 500, retryAfterMs: 1, requestId: "r", cause };
    const error = new TranscriptionError("network", "Gone.", { ...all, remedy: "Wait." });
    const changed = error.with({ provider: "acme", retryAfterMs: undefined });
    expect(changed).toMatchObject({ ...all, message: "Gone. Wait.", retryAfterMs: undefined });
    expect(changed).toMatchObject({ code: "network", provider: "acme" });
    expect(error.with({ code: "timeout", problem: "Late." }).message).toBe("Late. Wait.");
    expect(error.with({ remedy: undefined, cause: undefined })).toMatchObject({ message: "Gone." });
    expect([error.provider, TranscriptionError.is(changed)]).toEqual([undefined, true]);
  });

  test("is recognised by its brand, also of another copy of the package", () => {
    expect(TranscriptionError.is(new TranscriptionError("internal", "x"))).toBe(true);
    const copy = Object.defineProperty(new Error("x"), Symbol.for("earshot.TranscriptionError"), {
      value: true,
    });
    expect(TranscriptionError.is(copy)).toBe(true);
    for (const other of [new Error("x"), { code: "internal" }, null, undefined, "internal"]) {
      expect(TranscriptionError.is(other)).toBe(false);
    }
  });
});
