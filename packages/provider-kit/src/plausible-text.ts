import { isServerMessage, isServerOutput } from "./server-output.ts";

/** Control characters but for white space: nobody speaks them, and no model writes them. */
const CONTROL = /[^\P{Cc}\t\n\v\f\r\u0080-\u009f]/u;
const GARBLED = /[^\P{Cc}\t\n\v\f\r\u0080-\u009f]|\ufffd/gu;

/** Whisper loses a character now and then: more than one in ten is no text. */
const GARBLED_SHARE = 0.1;

/** A text with a broken character or two is one; one that consists of them is not. */
export function isGarbled(text: string): boolean {
  if (!CONTROL.test(text) && !text.includes("\ufffd")) return false;
  return (text.match(GARBLED) ?? []).length > text.length * GARBLED_SHARE;
}

/** Whether a text has control characters in it, white space excepted. */
export const holdsControl = (text: string): boolean => CONTROL.test(text);

/** True for the beginning of a whole page or XML file, which nobody dictates. */
export const isDocument = (text: string): boolean =>
  /^\s{0,100}<(?:!doctype\s|html[\s>]|\?xml\s)/iu.test(text);

const MARKUP_START =
  /^(?:<\?xml|<\?php|<!doctype|<!--|<\/?(?:html|head|body|title|meta|link|style|script|noscript|center|div|p|pre|br|hr|table|h[1-6]|ul|ol|li|form|main|nav|section|iframe|svg|errors?|fault|response|result|message|details?|status|code|exception|reason|[\w-]+:[\w-]+)[\s/>])/iu;
/** Subtitles and models write tags too, but of those only these with attributes. */
const WITH_ATTRIBUTE = /^<([a-z][\w.-]{0,40})\s+[\w:-]{1,40}\s*=\s*["'\w/#.?]/iu;
const STYLED = /^(?:font|c|span|lang|v|ruby|voice|speaker\w*)$/iu;
/** An element that begins with an element, or is empty. */
const NESTED = /^<([a-z][\w.-]{0,40})(?:\s[^<>]{0,200})?>\s{0,100}<([a-z][\w.-]{0,40})[\s/>]/iu;
/** What some models write around words: music, italics, who speaks, unknown words. */
const SPOKEN_TAGS =
  /^(?:b|i|u|s|v|c|em|font|ruby|lang|span|strong|unk|[a-z]*noise|music|laugh\w*|sound|speaker\w*|inaudible|voice)$/iu;
/** What PHP says where it is told to show its errors. */
const PHP_ERROR = /^<b>(?:fatal error|parse error|warning|notice|deprecated)<\/b>\s*:/iu;

/** True for HTML, XML and what is left of them; a tag or a `<` within speech, or around it, is none. */
export function isMarkup(text: string): boolean {
  const start = text.trimStart().slice(0, 600);
  if (!start.startsWith("<")) return false;
  if (MARKUP_START.test(start) || PHP_ERROR.test(start)) return true;
  const named = WITH_ATTRIBUTE.exec(start)?.[1];
  if (named !== undefined && !STYLED.test(named)) return true;
  const [, outer, inner] = NESTED.exec(start) ?? [];
  if (outer === undefined || inner === undefined) return false;
  return ![outer, inner].some((name) => SPOKEN_TAGS.test(name));
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** A list of words is a list only when it is whole: people are quoted in brackets too. */
const LIST_CHARACTERS = 64 * 1024;
const isWholeList = (text: string): boolean =>
  text.length <= LIST_CHARACTERS &&
  /^\[\s*(?:"|-?\d[\d.]*\s*,)/u.test(text) &&
  /\]\s*$/u.test(text) &&
  isJson(text);

/** An object as Python or JavaScript print it, or one that is cut off. */
const PRINTED =
  /^\{\s*(?:'[\w .-]{1,60}'\s*:|[a-z_][\w.-]{0,60}\s*:\s*(?:["'[{\d-]|(?:true|false|null|none)\b)[^}]*(?:\}[\s\]}]*)?$)/iu;

const LIST_START = /^\[\s*(?:[{\]]|$|\[\s*[[{"\d\]]|'[^'\n]{0,200}'\s*[,\]])/u;

/** True for JSON, also when it is cut off; `[Music]`, `[2024]` and `{laughs}` are none. */
export function isJsonLike(text: string): boolean {
  const start = text.trimStart();
  const first = start[0];
  if (first === "{") {
    const head = start.slice(0, 2000);
    return /^\{\s*(?:"|\}|$)/u.test(head) || PRINTED.test(head);
  }
  if (first === "[") {
    const head = start.slice(0, 2000);
    return LIST_START.test(head) || isWholeList(start) || head.trimEnd() === "[object Object]";
  }
  return /^(?:null|undefined|NaN)$/u.test(start.slice(0, 20).trimEnd());
}

/**
 * What a raw text is when it is no speech, such as `binary data` or `a web page`; undefined for what
 * could be a transcript. Looks at the whole body, never for words inside of it: speech may be about
 * gateways.
 */
export function problemOfText(text: string): string | undefined {
  const shape = problemOfShape(text);
  if (shape !== undefined) return shape;
  if (isServerMessage(text)) return "a server's own message";
  return isServerOutput(text) ? "a server's own output" : undefined;
}

/** As `problemOfText`, for what has a shape of its own to be judged by, such as subtitles: words may be any. */
export function problemOfShape(text: string): string | undefined {
  if (CONTROL.test(text) || isGarbled(text)) return "binary data";
  if (isMarkup(text)) return "a web page or XML";
  return isJsonLike(text) ? "JSON that is no transcript" : undefined;
}

/** True for what a person may have written to be read: one or two lines, no markup, no garbage. */
export function isSentence(text: string): boolean {
  if (problemOfShape(text) !== undefined || text.includes("\ufffd")) return false;
  const lines = text.trim().split(/\r\n?|\n/u, 4);
  return lines.length <= 3 && !isServerOutput(text);
}
