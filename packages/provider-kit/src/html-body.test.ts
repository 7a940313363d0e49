import { expect, test } from "vitest";
import { describeHtml } from "./html-body.ts";
import { redact, toSentence } from "./redact.ts";

test.each([
  ["<html><title>Bad gateway</title>", "a web page (“Bad gateway”)"],
  ['<title></title><h1 class="big">Not&nbsp;found</h1>', "a web page (“Not found”)"],
  [`<title>${"x".repeat(301)}</title><h1>Short</h1>`, "a web page (“Short”)"],
  ["<title>without an end", "a web page"],
  ["<html><body>no title", "a web page"],
])("a web page is called by its title: %s", (page, words) => {
  expect(describeHtml(page)).toBe(words);
});

// Where what follows is looked through from every place, each of these takes minutes.
test.each([
  ["titles without an end", "<title".repeat(100_000)],
  ["names of keys", "token=".repeat(200_000)],
  ["beginnings of keys", "key-".repeat(200_000)],
  ["beginnings of web tokens", "eyJ-".repeat(100_000)],
  ["spaces", `token${" ".repeat(1_000_000)}`],
])("a text of countless %s is looked through in one walk", (_, text) => {
  expect(describeHtml(text)).toContain("a web page");
  expect(redact(text)).not.toBe("");
  expect(toSentence(text).length).toBeLessThanOrEqual(300);
});
