import { isSentence } from "./plausible-text.ts";
import type { VendorError } from "./vendor-error.ts";

/** Some servers put a whole stack trace into their message; what it is about comes first or last. */
const BEGINNING_CHARACTERS = 2000;
const END_CHARACTERS = 1000;

/** Files as clients send them: where a server keeps one says nothing of the server. */
const AUDIO_PATH =
  /[^\s'"`(:]{0,200}\.(?:wave?|mp[34]|m4[ab]|flac|og[ag]|opus|webm|aac|mpga|mpeg|aiff?|amr|wma|caf|mov|mkv|3gp)\b/giu;
const ADDRESS = /\bhttps?:\/\/[^\s'"`)]+/giu;
/** What ffmpeg was built with, which it tells before every error. */
const BUILD_FLAGS = /--(?:enable|disable)-[\w-]+/gu;

/** The part of a vendor's message that is judged, without what looks like a sign and is none. */
export function excerptOf(message: string): string {
  const isLong = message.length > BEGINNING_CHARACTERS + END_CHARACTERS;
  const excerpt = isLong
    ? `${message.slice(0, BEGINNING_CHARACTERS)}\n${message.slice(-END_CHARACTERS)}`
    : message;
  return excerpt
    .replaceAll("’", "'")
    .replace(BUILD_FLAGS, "")
    .replace(ADDRESS, "address")
    .replace(AUDIO_PATH, "upload.wav");
}

const AUDIO_NAMES =
  "audio|sound|wave?|riff|mp[34]|m4a|flac|ogg|opus|vorbis|webm|matroska|aac|adts|aiff?|caf|id3|mpeg|mpga|mov|container|codec|frame|recording|media|files?|upload\\.wav";
const HTTP_HEADER =
  /\b(?:http|request|response|auth\w*|content|accept|host|key|proxy|cors|cookie|bearer|token|version|encoding|length|[\w-]*types?|x-[\w-]+)[ -]headers?\b|\bheaders? (?:fields?|names?|values?|["'`:])/iu;
const AUDIO_HEADER = new RegExp(
  `\\b(?:${AUDIO_NAMES})(?: [\\w'\`"]+){0,5} headers?\\b|\\bheaders? (?:\\w+ ){0,2}(?:in|of|for|at)(?: \\w+){0,3} (?:${AUDIO_NAMES})\\b`,
  "iu",
);

/** What ffmpeg, libsndfile and the like say of their input, and nobody of anything else. */
const DECODER_SIGNS: readonly RegExp[] = [
  /invalid data found when processing input|\bmoov\b|could not find codec parameters|ebml header parsing failed/iu,
  /(?:^|[\]\n])\s*header missing\b/iu,
  /data in an unknown format|format not recogni[sz]ed|unknown wave? (?:file )?format|(?:start|begin)s? with riff|fmt chunk|\bdata chunk\b/iu,
  /\bnot an? (?:valid |proper )?(?:wave?|riff|mp[34]|m4a|flac|ogg|opus|webm|aiff?)\b/iu,
  /\b(?:malformed|bad|invalid|broken|corrupt\w*|damaged|truncated) (?:wave?|riff|mp[34]|m4a|flac|ogg|opus|webm|aac|aiff?|id3|mpeg)\b|\briff (?:chunk|size|id)/iu,
  /does not contain any stream|matches no streams|error while decoding stream|consecutive mpeg (?:audio )?frames|invalid (?:sync ?word|frame (?:size|header))|lost sync|no (?:audio )?sync ?word/iu,
];

/** True for an unmistakable complaint of a decoder about the audio, whatever else is said. */
export function tellsOfDecoding(text: string): boolean {
  if (DECODER_SIGNS.some((pattern) => pattern.test(text))) return true;
  return AUDIO_HEADER.test(text) && !HTTP_HEADER.test(text);
}

const SERVICES =
  "(?:services?|servers?|engines?|back-?ends?|workers?|pipelines?|daemon|clusters?|nodes?|pods?|replicas?|instances?|upstreams?|gateway|proxy|balancer|database|redis|queue|cache|sidecar|executor|scheduler|subsystem|runtime|broker|bucket|storage|process|thread|library|module|plugin|endpoint|deployment)";
const TROUBLES =
  "(?:down|not (?:yet )?(?:ready|available|running|responding|reachable|healthy|configured|initiali[sz]ed|started|connected|enabled|installed|loaded)|un(?:available|reachable|healthy|responsive|initiali[sz]ed)|offline|busy|overloaded|loading|starting|restart\\w*|stopped|dead|died|crash\\w*|fail(?:ed|s|ure|ing)?(?! to (?:decode|parse|read|open|process))|faulty?|error|exited|killed|tim(?:ed?|ing) ?out|closed|shut\\w*|exhausted|full|broken|gone|missing|disconnected|refused|terminated|aborted|misconfigured|disabled)";

/** What only the provider's own machine can mean. */
const MACHINE_SIGNS: readonly RegExp[] = [
  // Memory and processors.
  /out of (?:memory|resources)|outofmemory|\boom\b|(?:cannot|can't|could not|couldn't|fail\w* to|unable to) (?:re)?allocate|bad[ _]?alloc\b|\balloc(?:ation)?s? (?:failed|error)|double free|segmentation fault|\bsegfault|core dumped|stack (?:smashing|overflow)|\b(?:memory|ram) (?:error|corruption|limit|exhausted|access|pool|pressure)|not enough (?:memory|ram|space)|\bheap\b|\bsig(?:segv|kill|abrt|bus|ill|term)\b|illegal instruction|bus error|was killed/iu,
  /cuda|cudnn|cublas|\bcufft|\bgpus?\b|nvidia|\bnvml\b|\bnccl\b|\brocm\b|\bhip(?:blas| error)|tensorrt|onnx ?runtime|\bvram\b|device-side|\bdevices? (?:ordinal|kernel|index|driver|memory|is (?:busy|lost|not)|not (?:found|ready|configured|available)|or resource)|\bno (?:such )?devices?\b|\btriton\b|\bb?float16\b|\bmps\b|compute (?:type|capability)|\bcpus?\b|\bdriver\b/iu,
  // Files and the operating system.
  /no space left|\bdisks?\b|read-only file ?system|\bfile ?systems?\b|\b(?:unable to|cannot|can't|could not|couldn't|fail\w* to|error) (?:writ|sav|stor|creat|copy|mov|delet|persist|cach)\w*|\b(?:input\/output|i\/o|io) error|stale (?:nfs )?file handle|\btemp(?:orary)? (?:file|dir|folder)|\bfile (?:descriptor|handle|lock|server)s?\b/iu,
  /\berrno\b|\bE(?:NOENT|ACCES|MFILE|NFILE|NOSPC|PERM|IO|PIPE|CONN\w+|TIMEDOUT|HOSTUNREACH|NETUNREACH|AGAIN|NOMEM|ROFS|ADDRINUSE|BUSY|EXIST|ISDIR|NOTDIR|AI_AGAIN)\b|too many open files|no such file or directory|permission denied|access (?:is |was )?denied|operation not permitted|broken pipe|is a directory|not a directory|resource (?:is |was )?(?:temporarily )?(?:busy|unavailable)|text file busy|address already in use|name or service not known|name resolution|no route to host/iu,
  /(?:^|[\s'"`(=:])(?:file:\/\/)?\/(?:dev|proc|sys|usr|opt|etc|var|srv|root|home|app|models?|data|mnt|cache|workspace|lib|nix|run)\/|\.cache\/|\b[\w-]+\.(?:bin|onnx|safetensors|gguf|ggml|pth?|ckpt|engine|plan|json|so(?:\.\d+)*|dll|dylib|py|jar|ya?ml|toml|conf|ini|sock|lock|pb|tflite|npz|cu|cpp)\b/iu,
  // The model and what runs it.
  /\bmodels?(?:'s)? (?:files?|weights?|checkpoints?|paths?|director\w+|folder|config\w*|shards?|tensors?|load\w*|servers?|repository|cache|workers?|instances?|graph|artifacts?|download\w*|initiali\w+|has not|(?:is |are )?(?:still |being |currently )*(?:loading|not (?:yet )?(?:loaded|ready|initiali[sz]ed)|warming|starting|down|unavailable|corrupt\w*))|\bmodels?\b[^.;:]{0,20}\b(?:fail\w*|cannot|could not|unable to)(?: to)?(?: be)? (?:load|start|initiali|download|warm|respond)|\bweights (?:are|is|file|could|not|missing|corrupt)|\b(?:encoder|decoder|network|layer) weights\b|\bnot (?:yet )?loaded\b|\binference (?:failed|error)|\b(?:audio|sound|capture|playback) (?:devices?|card)\b|\bcheckpoints?\b|\btokeni[sz]er|\btensors?\b|state[ _]dict|\bkernels?\b/iu,
  /\b(?:load|initiali[sz]|download|fetch|start|warm|creat|instantiat|import|compil|reach|contact|connect|access|spawn|launch|acquir|open)\w*(?: (?!(?:for|with|by|from|in|of|on|at|to)\b)[\w'-]+){0,4} (?:models?|encoders?|decoders?|vad|engines?|pipelines?|back-?ends?|librar(?:y|ies)|modules?|plugins?|packages?|sessions?|runtimes?|dependenc(?:y|ies)|executables?|binary|services?|servers?|workers?|database|storage|ffmpeg|ffprobe|sox)\b/iu,
  /\b(?:ffmpeg|ffprobe|sox|libsndfile)\b.{0,30}\b(?:not (?:be )?(?:found|installed|available)|missing|required)|\bfind (?:ffmpeg|ffprobe|sox|librar|module)|shared librar|shared object|command not found|\binstall(?:ed|ing|ation)?\b|\b(?:config(?:uration)?|log|lock|index|key|license|vocab|manifest|cached?|database) files?\b/iu,
  // What it talks to.
  new RegExp(`\\b${SERVICES}\\b[^.;:]{0,30}\\b${TROUBLES}\\b`, "iu"),
  /\b(?:connection|socket|session|channel|transport)s?\b[^.;:]{0,30}\b(?:closed|closing|reset|refused|aborted|timed? ?out|lost|dropped|broken|terminated|cancell?ed|interrupted|shut\w*|exhausted)\b|\b(?:closed|reset|lost|dropped|refused|no) (?:the )?connections?\b|\bstream (?:was |is |has been )?(?:closed|reset|terminated|cancell?ed|aborted)|could(?: not|n't) connect|(?:fail\w*|unable) to (?:connect|reach|contact|resolve|bind)|host (?:unreachable|not found)|\bdns\b|\bssl\b|\btls\b|certificate|handshake|unreachable|no healthy/iu,
  // How it is set up and called.
  /\b[A-Z][A-Z0-9_]*_(?:TOKEN|KEY|DIR|PATH|HOME|URL|HOST|PORT|ENDPOINT|MODEL|SECRET|DEVICES?|CONFIG|ROOT)\b/u,
  /\benv(?:ironment)?[ _]var|\benvironment\b|\bserver(?:'s|-side)? config|\bconfig(?:uration)? (?:error|is|not|missing|key|value|option|section)|misconfigur|invalid config\w*|\bnot configured\b/iu,
  /(?:^|\s)--[a-z]|\bv\d\/audio\b|\baudio\/(?:transcriptions|translations)\b|(?:read|pars|decod)\w* (?:\w+ ){0,2}response\b|\bfrom (?:\w+ ){0,2}(?:service|server|back-?end|upstream|storage|bucket)\b/iu,
  /\bapi[-_ ]?version|\bquery[- ](?:param|string|arg)|\binvalid ur[il] \(|\brequest[- ](?:ur[il]|path|target)|\b(?:route|path|endpoint|base ur[il])\b.{0,20}\b(?:not|unknown|missing|invalid|wrong)\b|\b(?:unknown|invalid|no such|wrong|missing) (?:route|path|endpoint|base ur[il])/iu,
  // Its program.
  /unexpected keyword argument|positional argument|\bNoneType\b|has no attribute|not (?:subscriptable|callable|iterable|defined)\b|values to unpack|nil pointer|null ?pointer|cannot read propert|is not a function|stack trace|traceback|panicked|\bpanic:|unhandled|uncaught|\binternal (?:\w+ )?error|unexpected (?:error|exception)|(?:Import|ModuleNotFound|Attribute|Key|Index|Name|OS|IO|Memory|Connection|Permission|FileNotFound|NotImplemented|ZeroDivision|Recursion|IllegalState)(?:Error|Exception)\b|out of bounds|index out of range|division by zero|expecting value: line|deadlock|scalar type|shape mismatch/iu,
];

/** True when the provider's own machine, model, network or set-up failed, whatever it was working at. */
export function tellsOfMachine(text: string): boolean {
  return MACHINE_SIGNS.some((pattern) => pattern.test(text));
}

/** What servers say of themselves and of what stands before them, and now and then of a request. */
const OWN_WORDS =
  /\b(?:headers?|cookies?|invalid host|http (?:request|version|method)|https port|method not allowed|tim(?:ed?|ing) ?out|proxy|gateway|upstream|backend|worker|server error|account|subscription|organi[sz]ation|billing|maintenance|temporar\w+|right now|at (?:this|the) (?:time|moment)|unavailable|overloaded|concurren\w+|simultaneous\w*|too many (?:requests|jobs)|rate limit|not enabled|disabled for|try again (?:later|in)|retry later)\b/iu;

/** True when a message may be about the provider itself: it blames nobody then. */
export function mayBeOwnTrouble(text: string): boolean {
  return OWN_WORDS.test(text) || tellsOfMachine(text);
}

/** Statuses that may mean the request; any of the headers (431) are none of the client's. */
const MAY_BLAME_REQUEST: ReadonlySet<number> = new Set([400, 405, 406, 409, 412, 414, 422]);

/** A service that is called by what it works at, such as a speech engine or a language model. */
const MACHINERY =
  "(?!s?[ -](?:\\w+[ -])?(?:services?|servers?|engines?|back-?ends?|models?|apis?|systems?|descriptors?|handles?|workers?|pipelines?|processors?|cards?|devices?|drivers?|caches?|queues?|nodes?|clusters?|storage|store|librar\\w+|modules?|encoders?|decoders?|endpoints?|daemons?|hosts?|gateway|subsystem|detectors?|recogni[sz]ers?)\\b)";

/** The audio and the fields of a request, as vendors call them. */
const OBJECT = new RegExp(
  `\\b(?:[a-z]+_)*(?:audio|files?|media|recordings?|speech|voice|sound|languages?|prompts?|temperature|(?:response|output)?[ _]?formats?|timestamps?(?:_\\w+)?|granularit\\w+|duration|sample[ _-]?rates?|samples?|bit ?rate|channels?|codec|encoding|keywords?|keyterms?|hotwords?|vocabulary|speakers?(?:_\\w+)?|diari[sz]\\w+|chunking\\w*|logprobs|granularity)\\b${MACHINERY}`,
  "iu",
);
const COMPLAINT =
  /\b(?:must|should|cannot|can ?not|can't|could not|couldn't|unable|fail\w*|invalid|not|isn't|aren't|doesn't|don't|no|unknown|unsupported|missing|required?s?|bad|wrong|malformed|illegal|unrecogni[sz]ed|unexpected|too|exceed\w*|out of|only|empty|expected|please|between|at (?:least|most)|conflict\w*|duplicate|silen\w+|corrupt\w*|broken|damaged|unreadable|incomplete|truncated|longer|shorter|larger|smaller|greater|less|more than|maximum|minimum|max|min|limit\w*|without|specify|provide|supply|needs?|incompatible|error)\b/iu;

const FIELDS = "(?:param(?:eter)?s?|fields?|arguments?|options?|values?|inputs?)";
/** Complaints about a field whose name is not among those above. */
const ANY_FIELD = new RegExp(
  `\\b(?:missing|unknown|invalid|unrecogni[sz]ed|unsupported|required|illegal|bad|unexpected|extra|duplicate)\\b(?: \\w+){0,3} ${FIELDS}\\b|\\b${FIELDS}\\b[^.;]{0,60}\\b(?:must|cannot|should|missing|required|invalid|unknown|not|too|out of)\\b|^validation (?:error|failed)$`,
  "iu",
);

/** Words that name an audio without blaming it. */
const VAGUE =
  /\bwent wrong\b|\b(?:errors?|problems?|exceptions?) (?:occurred|happened)\b|\b(?:fail\w*|errors?|problems?|trouble|unable|could not|couldn't|cannot|can't)(?: (?:to|in|on|while|when|during|be))* (?:process|transcrib|handl|infer|analy[sz])\w*|\b(?:transcription|inference|processing|search|prediction|generation|recognition) (?:failed|error)/iu;

/** The model is the operator's, and a file that was not found is no broken one: elsewhere it may do. */
const ELSEWHERE =
  /\b(?:find|locate) (?:\w+ ){0,2}model\b|\b(?:this|that|selected|requested|current|configured|another|other|different|chosen|loaded) model\b|['"`](?:model|deployment|engine)(?:_?id|_?name)?['"`]|\b(?:param(?:eter)?|field|argument|option|value|property)s?\b[ :]{0,3}(?:for |of |named )?['"`]?(?:model|deployment|engine|api[-_ ]?key|authori[sz]ation|token|organi[sz]ation|project)\b|\binvalid ur[il]\b|\b(?:field|param(?:eter)?|property|value) (?:is )?(?:required|missing)[ :]+['"`]?model\b|^['"`]?(?:body\.)?model['"`]?: |\bfiles? (?:was |is |could )?not (?:be )?found\b/iu;

/** Codes are read like sentences: `missing_required_parameter`, `AudioTooQuiet`. */
const toWords = (code: string): string =>
  code.replace(/(?<=[a-z])(?=[A-Z])/gu, " ").replace(/[_.-]+/gu, " ");

const blames = (text: string): boolean =>
  ANY_FIELD.test(text) ||
  text.split(/[.;!?]\s|\n/u).some((part) => OBJECT.test(part) && COMPLAINT.test(part));

/**
 * True when a refusal blames the audio or a field that the client chose: no other attempt can help.
 * Signs that the provider itself failed count for more than a field that it names, and any doubt is
 * the client's benefit.
 */
export function blamesRequest(status: number, vendor: VendorError): boolean {
  if (!MAY_BLAME_REQUEST.has(status) || vendor.isOperators) return false;
  const { codes, param } = vendor;
  const message = excerptOf(vendor.message ?? "");
  if (tellsOfMachine(message)) return false;
  if (param !== undefined) return true;
  const names = codes.map(toWords);
  const all = [message, ...names].join(". ");
  const isDoubtful = mayBeOwnTrouble(all) || VAGUE.test(message) || ELSEWHERE.test(all);
  if (isDoubtful || !isSentence(message)) return false;
  return blames(message) || names.some(blames);
}
