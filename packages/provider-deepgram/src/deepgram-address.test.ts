import { TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { toDeepgramAddress } from "./deepgram-address.ts";

const KEY = "deepgram-test-0123456789";
const TOKEN = "eyJhbGciOiJub25lIn0.eyJ0ZXN0Ijp0cnVlfQ.dGVzdC1zaWduYXR1cmU";

describe("the key", () => {
  test.each([
    [KEY, `Token ${KEY}`],
    [` ${KEY}\n`, `Token ${KEY}`],
    [`token ${KEY}`, `Token ${KEY}`],
    [TOKEN, `Bearer ${TOKEN}`],
    [`Bearer ${KEY}`, `Bearer ${KEY}`],
    [`Token ${TOKEN}`, `Token ${TOKEN}`],
  ])("%j is sent as %s", (apiKey, authorization) => {
    expect(toDeepgramAddress({ apiKey }).headers).toEqual({ authorization });
  });

  test("is what is kept out of messages, without its scheme", () => {
    expect(toDeepgramAddress({ apiKey: `Bearer ${KEY}` }).secret).toBe(KEY);
  });

  test("yields to a header of the user's own", () => {
    const headers = { Authorization: "Token other", "X-Team": "a" };
    expect(toDeepgramAddress({ apiKey: KEY, headers }).headers).toEqual({
      authorization: "Token other",
      "x-team": "a",
    });
  });
});

describe("the address", () => {
  test.each([
    [undefined, "https://api.deepgram.com"],
    ["https://api.eu.deepgram.com", "https://api.eu.deepgram.com"],
    ["https://api.deepgram.com/v1", "https://api.deepgram.com"],
    ["https://api.deepgram.com/v1/listen/", "https://api.deepgram.com"],
    ["http://deepgram.internal:8080/listen", "http://deepgram.internal:8080"],
    ["https://proxy.example/deepgram/v1/", "https://proxy.example/deepgram"],
    ["https://proxy.example/v1/listen?tenant=a", "https://proxy.example?tenant=a"],
  ])("%s is %s", (baseUrl, expected) => {
    const settings = baseUrl === undefined ? {} : { baseUrl };
    expect(toDeepgramAddress({ apiKey: KEY, ...settings }).baseUrl).toBe(expected);
  });

  test("follows the region", () => {
    const settings = { apiKey: KEY, extra: { region: "eu" } };
    expect(toDeepgramAddress(settings).baseUrl).toBe("https://api.eu.deepgram.com");
    const both = (): unknown =>
      toDeepgramAddress({ ...settings, baseUrl: "https://api.deepgram.com" });
    expect(both).toThrow(TranscriptionError);
    expect(both).toThrow(/`region` or `api_base`/u);
  });
});
