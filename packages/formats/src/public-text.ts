/** What a message may have at most: it stands in one line of a log and of a client's error. */
const MAX_CHARACTERS = 2000;

/** Folders in which the files of a machine lie, whatever the message is about. */
const ROOTS =
  "home|root|tmp|var|usr|opt|etc|mnt|media|srv|Users|Volumes|private|run|proc|sys|dev|snap|nix";

const PATHS: readonly RegExp[] = [
  /file:\/\/\/[^\s'"`)]+/gu,
  // In quotes a path may hold spaces.
  new RegExp(`(?<=['"\`])(?:/(?:${ROOTS})/|~/|[A-Za-z]:[\\/\\\\])[^'"\`\\n]*(?=['"\`])`, "gu"),
  new RegExp(`(?<![\\w:/.@~-])/(?:${ROOTS})/[^\\s'"\`()<>,;:]*`, "gu"),
  /(?<![\w/])~\/[^\s'"`()<>,;:]+/gu,
  /(?<!\w)[A-Za-z]:\\[^\s'"`()<>,;:]+/gu,
  /\\\\[\w.-]+\\[^\s'"`()<>,;:]+/gu,
];

/** Any other absolute path of two steps or more; those of APIs begin with a version or say what they do. */
const OTHER_PATHS: readonly RegExp[] = [
  /(?<=['"`])\/(?!(?:v\d\w*|openai|audio|api|inference)\b)[^'"`\n]+(?=['"`])/gu,
  /(?<![\w:/.@~-])\/(?!(?:v\d\w*|openai|audio|api|inference)\/)(?:[^\s/'"`()<>,;:]+\/)+[^\s/'"`()<>,;:]*/gu,
];

/** The text without the paths of this machine; `strict` takes everything that may be one. */
export function withoutPaths(text: string, strict: boolean): string {
  if (!/[/\\]/u.test(text)) return text;
  // Nothing beyond what leaves is looked at.
  let clean = text.slice(0, 2 * MAX_CHARACTERS);
  for (const pattern of strict ? [...PATHS, ...OTHER_PATHS] : PATHS)
    clean = clean.replace(pattern, (path) => `[path]${/[.!?]*$/u.exec(path)?.[0] ?? ""}`);
  return clean;
}

/** The text as it may leave to a client: whole characters, and at most 2,000 of them by default. */
export function toPublicText(text: string, maxCharacters: number = MAX_CHARACTERS): string {
  const whole = text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
  return whole.toWellFormed();
}
