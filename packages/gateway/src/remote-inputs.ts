import { isJsonList, isJsonObject, TranscriptionError } from "@earshot/core";
import type { JsonValue, ProviderDefinition } from "@earshot/core";

/** In a name, wherever they stand. */
const REACHING =
  /^(?:\w*url|uri|endpoint|callback|webhook|s3|gcs|bucket|proxy|credential|fileid|filepath|apibase|apikey)s?$/u;

/** At the end of a name: before other words they describe, as in `file_format`. */
const REACHING_AT_END =
  /^(?:path|file|filename|dir|directory|folder|host|hostname|server|base|key|token|secret|password|auth|authorization|headers?|account|project|tenant|organi[sz]ation|workspace|redirect)$/u;

/** What the operator owns and an id names, as in `file_id`. */
const OWNED =
  /^(?:file|audio|upload|media|asset|object|dataset|storage|account|project|tenant|organi[sz]ation|workspace|voice|cache|model)s?$/u;

const namesReach = (name: string): boolean => {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter((word) => word !== "");
  const last = words.at(-1) ?? "";
  if (words.some((word) => REACHING.test(word)) || REACHING_AT_END.test(last)) return true;
  return /^ids?$/u.test(last) && words.some((word) => OWNED.test(word));
};

/** An address of any kind, or the absolute path of a file. */
const reachesOut = (text: string): boolean =>
  /[a-z][a-z0-9+.-]*:\/\//iu.test(text) || /^\s*(?:\/|~\/|\.\.\/|file:|[a-z]:\\)/iu.test(text);

const holdsReach = (value: JsonValue | undefined): boolean => {
  if (typeof value === "string") return reachesOut(value);
  if (isJsonList(value)) return value.some(holdsReach);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([key, inner]) => namesReach(key) || holdsReach(inner));
};

/**
 * Whether a client's option would reach into the operator's account or network: what the provider's
 * table marks, and, for a server that is not known, whatever its name or value gives away.
 */
export function isRemoteInput(
  definition: Pick<ProviderDefinition, "options" | "passesUnknownOptions">,
  name: string,
  value: JsonValue | undefined,
): boolean {
  const { options, passesUnknownOptions = false } = definition;
  if (value === undefined || value === null) return false;
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec?.reachesOperator === true) return true;
  if (!passesUnknownOptions) return false;
  if (spec === undefined) return namesReach(name) || holdsReach(value);
  return spec.type === "json" && holdsReach(value);
}

const SWITCH = "earshot_settings.allow_remote_inputs";

const LONGEST_NAME = 64;

/** The name of a client's field as messages show it. */
export const shownName = (name: string): string =>
  name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;

/** Why a field is left out, as one sentence. */
export const closedReason = (name: string): string =>
  `'${shownName(name)}' may reach into the operator's account or network, and is closed unless the config sets ${SWITCH}.`;

/** What to throw for a client's field that the config has not opened: `unsupported_feature` (400). */
export function closedError(name: string): TranscriptionError {
  const remedy =
    name === "url"
      ? "Upload the file in the field 'file' instead."
      : "Leave it out, or ask the operator.";
  return new TranscriptionError("unsupported_feature", `${closedReason(name)} ${remedy}`, {
    param: name,
  });
}
