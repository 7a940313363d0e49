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
export function isServerOutput(text: string): boolean {
  const beginning = text.slice(0, LINES_CHARACTERS);
  return EXCEPTION.test(beginning) || LINES.some((pattern) => pattern.test(beginning));
}

/** True for what is nothing but a server's message about itself. */
export function isServerMessage(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length <= SENTENCE_CHARACTERS && isSentenceOfServer(trimmed)) return true;
  return isToken(trimmed);
}
