import { parseJson } from "@earshot/core";

/** The phrases of HTTP's statuses, in their own spelling where people say them too. */
const ERROR_PHRASES =
  "bad gateway|internal (?:server )?error|service (?:temporarily )?unavailable|gateway time-?out|too many requests|method not allowed|payload too large|content too large|request entity too large|page not found|request header fields too large|not implemented|unprocessable (?:entity|content)|unsupported media type";
/** These alone may be speech; behind their number they are not. */
const STATUS_PHRASES = `${ERROR_PHRASES}|not found|forbidden|unauthorized|bad request|request time-?out|access denied|moved permanently|found|see other|temporary redirect|permanent redirect`;

/** What says that an error was written by a program: names, paths, codes and calls. */
const TECHNICAL =
  /\b(?:CUDA|stderr|errno|E[A-Z]{5,20}|NoneType|nullptr|(?:status|exit) code \d{1,5}|0x[0-9a-f]{4,16}|[a-z]\w{0,40}_\w{1,40})\b|(?:^|[\s"'(])\/(?:[\w.-]{1,40}\/){1,20}[\w.-]|\w\(\)/u;

/** What servers and proxies say of themselves, as a whole body and not as a part of one. */
const SENTENCES: readonly RegExp[] = [
  /^error(?: code)?:? \d{3,4}$/iu,
  // A number in front of its own phrase, whatever explains it.
  new RegExp(
    `^(?:http(?:/\\d(?:\\.\\d)?)? |error:? |status(?: code)?:? )?[345]\\d\\d(?::| -|,)? (?:${STATUS_PHRASES})(?:[.!]?$|\\s*[:(\\n\\r-])`,
    "iu",
  ),
  /^error \d{3} \([^()\n]{1,100}\)/iu,
  new RegExp(`^(?:(?:http )?error:? )?(?:${ERROR_PHRASES})[.!]?$`, "iu"),
  /^(?:Not Found|Forbidden|Unauthorized|Bad Request|Request Timeout|Access Denied|Moved Permanently)$/u,
  /^upstream connect error\b.{0,400}$/iu,
  /^(?:upstream (?:request timeout|timed? out|error)|no healthy upstream|no available server|stream timeout|request timed out|connection (?:refused|reset(?: by peer)?|timed out)|default backend - 404|rbac: access denied|fault filter abort|context deadline exceeded)[.!]?$/iu,
  /^(?:incorrect|invalid|missing) api[ _-]?key(?: provided)?(?:[:.] ?.{0,200})?$/iu,
  /^rate limit (?:reached|exceeded)(?: for .{1,200})?[.:!]?(?: please .{0,200})?$/iu,
  /^(?:client sent an http request to an https server|the plain http request was sent to https port)\.?$/iu,
  /^(?:segmentation fault|aborted|killed|bus error|illegal instruction)(?: \(core dumped\)|: \d+)$/iu,
  /^(?:rpc error: code = |curl: \(\d+\) |terminate called after throwing |double free or corruption \()/u,
  // Speech ends as a sentence does.
  /^(?:error|exception|fatal(?: error)?|panic)\s?: .{0,400}[^\s.!?…。！？"”')\]]$/iu,
  // A job's id.
  /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/iu,
];

/** The name of an exception: two words in one, as nobody writes them down who listens. */
const EXCEPTION =
  /^(?:[\w$]{1,60}\.){0,8}[A-Z][A-Za-z\d]{0,60}(?:Error|Exception|Fault)(?:: ?\S|\s*(?:[\r\n]|$))/u;

/** The layout of what programs print: traces, logs, headers, events, armoured data. No speech has it. */
const LINES: readonly RegExp[] = [
  /^traceback \(most recent call last\):/imu,
  /^[ \t]+File ".{1,200}", line \d+/mu,
  /^(?:<br ?\/?>\s{0,10})?(?:php )?(?:<b>)?(?:fatal error|parse error|warning|notice|deprecated)(?:<\/b>)?\s?: .{1,300} in \S{0,200}[/\\.:]\S{0,200} on line \d+/imu,
  /^[ \t]+at (?:[^\n]{1,200}[ (])?(?:[^\s():]{0,200}\.[a-z]{1,5}|node:[\w/]{1,100}|<anonymous>):\d+:\d+\)?[ \t\r]*$/mu,
  /^[ \t]+at [\w$<>]{1,100}(?:\.[\w$<>]{1,100}){1,20}\((?:[\w$.-]{1,100}\.\w{1,10}:\d+|native method|unknown source|<anonymous>)\)/imu,
  /^[ \t]+at [\w$<>.`]{3,200}\([^\n]{0,200}\) in [^\n]{1,200}:line \d+/mu,
  /^\S{1,200}\.rb:\d+:in [`']/mu,
  /^exception in thread "/iu,
  /^thread '[^'\n]{1,100}' panicked at /mu,
  /^panic: (?:runtime error|[\w./]{1,60}:|[^\n]{1,200}\n+goroutine \d)/u,
  /^goroutine \d+ \[/u,
  /\[Errno -?\d+\]|\bSQLSTATE\[/u,
  // Logs.
  /^\s*\[(?:ERROR|ERR|WARN|INFO|DEBUG|FATAL|CRITICAL|CRIT|EMERG|error|err|warn|info|debug|fatal|critical|crit|emerg)\](?=\s)/u,
  /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S{0,40}\s[^\n]{0,80}?(?:\b(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|CRITICAL)\b|\[\w{1,20}\])/u,
  /^(?:ERROR|WARNING|INFO|DEBUG|CRITICAL):(?:[\w.]{1,60}:| {2,}\S)/u,
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ /u,
  /^(?:[\w.]{1,40}=(?:"[^"\n]{0,500}"|[^\s"]{1,200})[ \t]+){0,10}(?:level|lvl|msg|severity)=\S/u,
  // HTTP.
  /^(?:GET|POST|PUT|HEAD|OPTIONS) \S{1,2000} HTTP\/\d/u,
  /^HTTP\/\d(?:\.\d)? \d{3}\b/u,
  /^(?:proxy-)?authorization: (?:bearer|basic|token|digest|negotiate|apikey) \S/imu,
  /^(?:content-(?:type|length|encoding)|transfer-encoding|set-cookie|user-agent|cache-control|www-authenticate|(?:x-|xi-)?api-key|x-(?:request-id|forwarded-\w+|powered-by|trace-id|correlation-id|cache|frame-options)): \S/imu,
  /^(?:nginx|openresty|cloudflare|apache|varnish|envoy|haproxy|gunicorn|uvicorn|werkzeug|caddy|traefik|litespeed|microsoft-iis)(?:\/\d[\w.+-]{0,30}(?: \([^()\n]{1,40}\))?)[ \t\r]*$/imu,
  /^(?:cloudflare )?ray id: [\da-f]{8,32}/imu,
  /^(?:(?::[^\n\r]{0,200}|(?:id|event|retry):[^\n\r]{0,200})?(?:\r\n|\n|\r)){0,20}data: ?[{["]/u,
  /^# (?:HELP|TYPE) \w/mu,
  // YAML, as far as it tells of an error.
  /^(?:error|errors|detail|details|fault|status|exception):[ \t]*\r?\n(?:[ \t]+(?:- )?|- )[a-z_]{1,40}: \S/u,
  // Files that are text.
  /^\s{0,20}-----BEGIN [A-Z\d ]{3,60}-----/u,
  /^(?:%PDF-\d|%!PS-|#!\/|GIF8[79]a|begin \d{3} \S)/u,
];

const SENTENCE_CHARACTERS = 500;
const LINES_CHARACTERS = 4000;
const TOKEN_CHARACTERS = 64;

/** One word of letters and digits in no order, such as Base64. */
const isToken = (text: string): boolean =>
  text.length >= TOKEN_CHARACTERS &&
  /^[\w+/-]{64,}={0,2}$/u.test(text.slice(0, LINES_CHARACTERS)) &&
  [/\d/u, /[a-z]/u, /[A-Z]/u].every((kind) => kind.test(text));

const isSentenceOfServer = (text: string): boolean =>
  SENTENCES.some((pattern) => pattern.test(text)) ||
  (/^(?:\w+ )?(?:error|exception|warning|fatal)\s?: /iu.test(text) && TECHNICAL.test(text));

/** True for the layout of a program's output: traces, logs, headers, events. */
function isServerOutput(text: string): boolean {
  const beginning = text.slice(0, LINES_CHARACTERS);
  return EXCEPTION.test(beginning) || LINES.some((pattern) => pattern.test(beginning));
}

/** True for what is nothing but a server's message about itself. */
function isServerMessage(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length <= SENTENCE_CHARACTERS && isSentenceOfServer(trimmed)) return true;
  return isToken(trimmed);
}

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

/** True for a web page where an API should have answered. */
export function isHtml(text: string): boolean {
  return /^\s*(?:<!doctype\s+html|<html|<head|<body|<center|<h1|<\?xml)/iu.test(text.slice(0, 500));
}

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

/** A list of words is a list only when it is whole: people are quoted in brackets too. */
const LIST_CHARACTERS = 64 * 1024;
const isWholeList = (text: string): boolean =>
  text.length <= LIST_CHARACTERS &&
  /^\[\s*(?:"|-?\d[\d.]*\s*,)/u.test(text) &&
  /\]\s*$/u.test(text) &&
  parseJson(text) !== undefined;

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
