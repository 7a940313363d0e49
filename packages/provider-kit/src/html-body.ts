import { toSentence } from "./redact.ts";

/** True for a web page where an API should have answered. */
export function isHtml(text: string): boolean {
  return /^\s*(?:<!doctype\s+html|<html|<head|<body|<center|<h1|<\?xml)/iu.test(text.slice(0, 500));
}

const LONGEST_TITLE = 300;

/** The text of the first title or heading. One walk: each end of a tag is looked at once. */
const titleOf = (text: string): string | undefined => {
  const head = text.slice(0, 20_000);
  let tagEnd = -1;
  for (const { index } of head.matchAll(/<(?:title|h1)/giu)) {
    if (index < tagEnd) continue;
    tagEnd = head.indexOf(">", index);
    const end = tagEnd < 0 ? -1 : head.indexOf("<", tagEnd);
    if (end < 0) return undefined;
    const title = head.slice(tagEnd + 1, end);
    if (title.length > 0 && title.length <= LONGEST_TITLE)
      return title.replaceAll("&nbsp;", " ").trim();
  }
  return undefined;
};

/** Words for a web page: its title where it has one. */
export function describeHtml(text: string, secrets: readonly string[] = []): string {
  const title = toSentence(titleOf(text) ?? "", secrets);
  return title === "" ? "a web page" : `a web page (“${title}”)`;
}
