import { toSentence } from "./redact.ts";

/** True for a web page where an API should have answered. */
export function isHtml(text: string): boolean {
  return /^\s*(?:<!doctype\s+html|<html|<head|<body|<center|<h1|<\?xml)/iu.test(text.slice(0, 500));
}

const titleOf = (text: string): string | undefined => {
  const found = /<(title|h1)[^>]*>([^<]{1,300})</iu.exec(text.slice(0, 20_000));
  return found?.[2]?.replaceAll("&nbsp;", " ").trim();
};

/** Words for a web page: its title where it has one. */
export function describeHtml(text: string, secrets: readonly string[] = []): string {
  const title = toSentence(titleOf(text) ?? "", secrets);
  return title === "" ? "a web page" : `a web page (“${title}”)`;
}
