import { capabilitiesOf, toIsoLanguage, TranscriptionError } from "@earshot/core";
import type {
  AudioFile,
  Capabilities,
  CapabilityTable,
  ErrorCode,
  TranscriptionRequest,
} from "@earshot/core";

/** The provider whose limits a request must keep; a definition or a provider will do. */
export interface RequestLimits {
  readonly kind: string;
  readonly capabilities: CapabilityTable;
}

/** Rules of the vendor that capabilities do not tell. */
export interface KeywordRules {
  /** Each of these characters is refused in a keyword, such as `<>`. Line breaks always are. */
  readonly forbiddenKeywordCharacters?: string;
  readonly maxKeywords?: number;
  readonly maxKeywordCharacters?: number;
}

interface Problem {
  readonly code: ErrorCode;
  readonly param: string;
  readonly message: string;
}

interface Subject {
  readonly kind: string;
  /** `kind/model`, for messages. */
  readonly name: string;
  readonly can: Capabilities;
  readonly request: TranscriptionRequest;
  readonly keywordRules: KeywordRules;
}

type Check = (subject: Subject) => Problem | undefined;

const invalid = (param: string, message: string): Problem => ({
  code: "invalid_request",
  param,
  message,
});

const unsupported = (param: string, message: string): Problem => ({
  code: "unsupported_feature",
  param,
  message,
});

const MEBIBYTE = 1024 * 1024;
const inMebibytes = (bytes: number): string => `${Math.round((bytes / MEBIBYTE) * 10) / 10} MiB`;

const checkTask: Check = ({ name, can, request }) =>
  request.task === "translate" && !can.translation
    ? unsupported(
        "model",
        `${name} does not translate. Ask a model that does, or transcribe instead.`,
      )
    : undefined;

const acceptsMediaType = (can: Capabilities, mediaType: string): boolean => {
  const [base = ""] = mediaType.toLowerCase().split(";");
  const unknown = base === "" || base.trim() === "application/octet-stream";
  return unknown || can.mediaTypes === "any" || can.mediaTypes.includes(base.trim());
};

const checkLength = (name: string, can: Capabilities, seconds: number): Problem | undefined => {
  const { maxDurationSeconds: longest, minDurationSeconds: shortest } = can;
  if (longest !== undefined && seconds > longest) {
    const message = `The audio is ${seconds} seconds long, ${name} takes up to ${longest} seconds.`;
    return { code: "audio_too_long", param: "file", message };
  }
  if (shortest !== undefined && seconds < shortest) {
    return invalid(
      "file",
      `The audio is ${seconds} seconds long, ${name} takes ${shortest} or more.`,
    );
  }
  return undefined;
};

const checkFile = ({ name, can }: Subject, audio: AudioFile): Problem | undefined => {
  const { sizeBytes = 0, durationSeconds, mediaType } = audio;
  if (can.maxSizeBytes !== undefined && sizeBytes > can.maxSizeBytes) {
    const limit = `${can.maxSizeBytes} (${inMebibytes(can.maxSizeBytes)})`;
    const message = `The file has ${sizeBytes} bytes, ${name} takes up to ${limit}.`;
    return { code: "audio_too_large", param: "file", message };
  }
  if (!acceptsMediaType(can, mediaType)) {
    const message = `${name} does not take ${mediaType}, only ${can.mediaTypes === "any" ? "audio" : can.mediaTypes.join(", ")}.`;
    return { code: "unsupported_media", param: "file", message };
  }
  return durationSeconds === undefined ? undefined : checkLength(name, can, durationSeconds);
};

const checkAudio: Check = (subject) => {
  const { audio } = subject.request;
  if (audio.type === "file") return checkFile(subject, audio);
  if (!subject.can.urlInput) {
    return unsupported(
      "url",
      `${subject.name} does not fetch audio from a URL. Upload the file instead.`,
    );
  }
  return /^https?:\/\/[^\s]+$/iu.test(audio.url)
    ? undefined
    : invalid("url", "The URL of the audio must start with https:// or http://.");
};

const checkLanguages: Check = ({ name, can, request }) => {
  const { languages } = can;
  if (languages === "any") return undefined;
  const known = new Set(languages.map((code) => toIsoLanguage(code) ?? code.toLowerCase()));
  const stranger = request.languages.find(
    (hint) => !known.has(toIsoLanguage(hint) ?? hint.toLowerCase()),
  );
  if (stranger === undefined) return undefined;
  return unsupported(
    "language",
    `${name} does not know the language \`${stranger}\`. It knows ${languages.join(", ")}.`,
  );
};

const checkPrompt: Check = ({ name, can, request }) => {
  const limit = can.maxPromptCharacters;
  const length = request.prompt?.length ?? 0;
  if (!can.prompt || limit === undefined || length <= limit) return undefined;
  return invalid("prompt", `The prompt has ${length} characters, ${name} takes up to ${limit}.`);
};

const problemOfKeyword = (keyword: string, rules: KeywordRules): string | undefined => {
  if (keyword.trim() === "") return "is empty";
  if (/[\r\n\u2028\u2029]/u.test(keyword)) return "holds a line break";
  const forbidden = Array.from(rules.forbiddenKeywordCharacters ?? "").find((character) =>
    keyword.includes(character),
  );
  if (forbidden !== undefined) return `holds \`${forbidden}\``;
  const limit = rules.maxKeywordCharacters;
  return limit !== undefined && keyword.length > limit
    ? `has more than ${limit} characters`
    : undefined;
};

const checkKeywords: Check = ({ name, can, request, keywordRules }) => {
  const { keywords } = request;
  const { maxKeywords } = keywordRules;
  if (!can.keywords) return undefined;
  if (maxKeywords !== undefined && keywords.length > maxKeywords) {
    return invalid(
      "keywords",
      `${name} takes up to ${maxKeywords} keywords, not ${keywords.length}.`,
    );
  }
  for (const [index, keyword] of keywords.entries()) {
    const problem = problemOfKeyword(keyword, keywordRules);
    if (problem !== undefined) {
      return invalid("keywords", `Keyword ${index + 1} ${problem}, which ${name} does not take.`);
    }
  }
  return undefined;
};

const checkSpeakers: Check = ({ name, can, request }) => {
  const { knownSpeakers } = request;
  const limit = can.maxKnownSpeakers;
  if (knownSpeakers.length > limit) {
    const ability =
      limit === 0 ? "cannot name speakers from reference clips" : `names up to ${limit} speakers`;
    return unsupported(
      "known_speaker_names",
      `${name} ${ability}; ${knownSpeakers.length} were given.`,
    );
  }
  const wrong = knownSpeakers.findIndex(({ reference }) => !/^data:[^,]*,./iu.test(reference));
  if (wrong < 0) return undefined;
  return invalid(
    "known_speaker_references",
    `Reference clip ${wrong + 1} must be a data URL, such as data:audio/wav;base64,….`,
  );
};

const CHECKS: readonly Check[] = [
  checkTask,
  checkAudio,
  checkLanguages,
  checkPrompt,
  checkKeywords,
  checkSpeakers,
];

/**
 * Refuses what the provider would refuse, before any audio is sent: throws an error with `param` for
 * a task, URL, size, length, media type, language, prompt, keyword or speaker clip beyond its limits.
 * What the model would only ignore (a prompt without `prompt`, `temperature`) is left to the adapter.
 */
export function checkRequest(
  limits: RequestLimits,
  request: TranscriptionRequest,
  keywordRules: KeywordRules = {},
): void {
  const { kind, capabilities } = limits;
  const can = capabilitiesOf(capabilities, request.model);
  const subject = { kind, name: `${kind}/${request.model}`, can, request, keywordRules };
  for (const check of CHECKS) {
    const problem = check(subject);
    if (problem === undefined) continue;
    const { code, param, message } = problem;
    throw new TranscriptionError(code, message, { param, provider: kind });
  }
}
