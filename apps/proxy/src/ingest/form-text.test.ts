import { expect, test } from "vitest";
import { createMemoryBudget } from "../upload/memory.ts";
import { FormText } from "./form-text.ts";

const KIB = 1024;

const open = (maxTextBytes = 256 * KIB, textBudget = createMemoryBudget(1024 * KIB)): FormText =>
  new FormText({ limits: { maxFieldBytes: 128 * KIB, maxTextBytes }, textBudget });

const put = (text: FormText, name: string, value: string | Buffer): void => {
  text.begin(name);
  text.add(Buffer.from(value));
  text.end();
};

test("a field that comes byte by byte is the same text, letters of several bytes included", () => {
  const text = open();
  const value = "Zwölf Boxkämpfer jagen Viktor 🥊 ".repeat(40);
  text.begin("prompt");
  for (const byte of Buffer.from(value)) text.add(Buffer.of(byte));
  text.end();
  put(text, "model", "whisper-1");
  expect([...text.fields]).toEqual([
    ["prompt", [value]],
    ["model", ["whisper-1"]],
  ]);
});

test("a field keeps nothing of the memory that its pieces came in", () => {
  const text = open();
  const network = Buffer.from("firstsecond");
  text.begin("a");
  text.add(network.subarray(0, 5));
  text.add(network.subarray(5));
  expect(network.toString()).toBe("firstsecond");
  network.fill(0);
  text.end();
  put(text, "b", "");
  expect(text.fields.get("b")).toEqual([""]);
});

test.each([
  ["values", (text: FormText, each: string) => put(text, "a", each)],
  ["names", (text: FormText, each: string) => put(text, each, "")],
  ["values of one list", (text: FormText, each: string) => put(text, "a[]", each)],
])("%s count together, and the error names the setting", (_, add) => {
  const text = open(100 * KIB);
  const each = "x".repeat(16 * KIB);
  expect(() => {
    for (let field = 0; field < 7; field++) add(text, each);
  }).toThrow(
    expect.objectContaining({
      code: "request_too_large",
      message: expect.stringMatching(
        /larger than 100 KiB.*earshot_settings\.max_form_text_size_kb/u,
      ),
    }),
  );
});

test("what is just within the limit passes, also when it is full to the last byte", () => {
  const text = open(100);
  put(text, "ab", "x".repeat(98));
  expect(() => text.begin("c")).toThrow(expect.objectContaining({ code: "request_too_large" }));
});

test("forms share the account; a usual one finds room even when it is full", () => {
  const budget = createMemoryBudget(190 * KIB);
  const [large, other, usual] = [
    open(undefined, budget),
    open(undefined, budget),
    open(undefined, budget),
  ];
  put(large, "a", "x".repeat(127 * KIB));
  put(other, "a", "x".repeat(64 * KIB - 1));
  expect(() => put(other, "b", "x")).toThrow(
    expect.objectContaining({
      code: "too_many_requests",
      retryAfterMs: 1000,
      message: expect.stringContaining("earshot_settings.total_form_text_mb"),
    }),
  );
  put(usual, "model", "whisper-1");
  large.release();
  large.release();
  put(other, "c", "x".repeat(100 * KIB));
  other.release();
  usual.release();
  expect(budget.usedBytes).toBe(0);
});
