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

const MARKUP_START =
  /^(?:<\?xml|<\?php|<!doctype|<!--|<\/?(?:html|head|body|title|meta|link|style|script|center|div|p|pre|br|hr|table|h[1-6]|svg|errors?|fault|response|result|[\w-]+:[\w-]+)[\s/>])/iu;
const TAGGED = /^<([a-z][\w.:-]*)/iu;
/** What some models write around words: music, italics, unknown words. */
const SPOKEN_TAGS =
  /^(?:b|i|u|s|v|c|em|font|ruby|lang|span|strong|unk|[a-z]*noise|music|laugh\w*|sound)$/iu;

/** True for HTML, XML and what is left of them; a tag or a `<` within speech is none. */
export function isMarkup(text: string): boolean {
  const start = text.trimStart();
  if (!start.startsWith("<")) return false;
  if (MARKUP_START.test(start.slice(0, 200))) return true;
  const name = TAGGED.exec(start.slice(0, 200))?.[1];
  if (name === undefined || SPOKEN_TAGS.test(name)) return false;
  return start.trimEnd().endsWith(`</${name}>`);
}

/** True for JSON, also when it is cut off; `[Music]` and `{laughs}` are none. */
export function isJsonLike(text: string): boolean {
  const start = text.trimStart();
  if (/^(?:\{\s*(?:"|\}|$)|\[\s*(?:[{"\]]|$|\[\s*[[{"\d\]]))/u.test(start.slice(0, 200)))
    return true;
  return /^(?:null|undefined|NaN|\[object Object\])$/u.test(start.slice(0, 20).trimEnd());
}

/** The phrases of HTTP's statuses, in their own spelling where people say them too. */
const ERROR_PHRASES =
  "bad gateway|internal server error|service (?:temporarily )?unavailable|gateway time-?out|too many requests|method not allowed|payload too large|request entity too large|page not found";

/** What servers and proxies say of themselves, as a whole body and not as a part of one. */
const SERVER_SENTENCES: readonly RegExp[] = [
  /^error(?: code)?:? \d{3,4}$/iu,
  new RegExp(`^(?:(?:http |error )?[45]\\d\\d(?::| -)? )?(?:${ERROR_PHRASES})[.!]?$`, "iu"),
  /^(?:[45]\d\d(?::| -)? )?(?:Not Found|Forbidden|Unauthorized|Bad Request|Request Timeout|Access Denied)$/u,
  /^upstream connect error\b.{0,400}$/iu,
  /^(?:upstream (?:request timeout|timed? out|error)|no healthy upstream|no available server|stream timeout|request timed out|connection (?:refused|reset(?: by peer)?|timed out)|default backend - 404|rbac: access denied|fault filter abort|context deadline exceeded)[.!]?$/iu,
  /^(?:incorrect|invalid|missing) api[ _-]?key(?: provided)?(?:[:.] ?.{0,200})?$/iu,
  /^rate limit (?:reached|exceeded)(?: for .{1,200})?[.:!]?(?: please .{0,200})?$/iu,
  /^(?:[\w.]*(?:error|exception)|fatal(?: error)?|panic)\s?: .{1,400}$/iu,
];

/** What the first lines of a trace, a log or an echoed message look like. */
const SERVER_LINES: readonly RegExp[] = [
  /^traceback \(most recent call last\):/imu,
  /^(?:php )?(?:fatal error|parse error|warning|notice)\s?: .{1,300} on line \d+/imu,
  /^[ \t]+at .{1,200}[:(]\d+:\d+\)?[ \t\r]*$/mu,
  /^[ \t]+at [\w.$<>]{3,200}\(.{0,200}\)[ \t\r]*$/mu,
  /^exception in thread "/iu,
  /^(?:panic: |goroutine \d+ \[)/u,
  /^[ \t]+File ".{1,200}", line \d+/mu,
  /^(?:GET|POST|PUT|HEAD|OPTIONS) \S{1,2000} HTTP\/\d/u,
  /^HTTP\/\d(?:\.\d)? \d{3}\b/u,
  /^(?:authorization|proxy-authorization|x-api-key|api-key|xi-api-key|set-cookie): \S/imu,
  /^(?:event: ?\S{1,100}\r?\n)?data: ?[{["]/u,
];

const SENTENCE_CHARACTERS = 500;
const LINES_CHARACTERS = 4000;

/**
 * What a raw text is when it is no speech, such as `binary data` or `a web page`; undefined for what
 * could be a transcript. Looks at the whole body, never for words inside of it: speech may be about
 * gateways.
 */
export function problemOfText(text: string): string | undefined {
  if (CONTROL.test(text) || isGarbled(text)) return "binary data";
  if (isMarkup(text)) return "a web page or XML";
  if (isJsonLike(text)) return "JSON that is no transcript";
  const trimmed = text.trim();
  if (
    trimmed.length <= SENTENCE_CHARACTERS &&
    SERVER_SENTENCES.some((pattern) => pattern.test(trimmed))
  )
    return "a server's own message";
  const beginning = text.slice(0, LINES_CHARACTERS);
  return SERVER_LINES.some((pattern) => pattern.test(beginning))
    ? "a server's own output"
    : undefined;
}

/** True for what a person may have written to be read: one or two lines, no markup, no garbage. */
export function isSentence(text: string): boolean {
  if (CONTROL.test(text) || text.includes("\ufffd") || isMarkup(text) || isJsonLike(text))
    return false;
  const lines = text.trim().split(/\r\n?|\n/u, 4);
  return lines.length <= 3 && !SERVER_LINES.some((pattern) => pattern.test(text));
}
