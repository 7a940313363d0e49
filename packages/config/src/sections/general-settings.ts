import type { DefaultSettings, GeneralConfig } from "../earshot-config.ts";
import type { EnvironmentRecord } from "../environment.ts";
import { defaultsOf, renamed, text } from "../field.ts";
import { megabytes } from "../number-field.ts";
import { readSection } from "../read-section.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import { unusedGeneralSettings } from "./unused-general-settings.ts";

const fields = {
  master_key: text({
    description:
      "The key that clients must send. Without one, and without a `host`, only this machine is served.",
    defaultNote: "the environment variable `LITELLM_MASTER_KEY`, else none",
    example: "os.environ/LITELLM_MASTER_KEY",
    mayBeEmpty: false,
  }),
  max_request_size_mb: megabytes({
    description: "The largest request that is taken; a larger one is answered with 413.",
    default: 2048,
    example: "100",
  }),
};

/** `general_settings`: what the server needs. */
export const generalSettings: SectionDefinition = {
  name: "general_settings",
  description: "What the server needs.",
  fields,
  otherKeys: unusedGeneralSettings,
};

const NAMES = { max_request_size_mb: "maxRequestSizeMb" } as const;

/** What holds where the file does not say how large a request may be. */
export const requestSizeDefault: Pick<DefaultSettings["general"], "maxRequestSizeMb"> = renamed(
  defaultsOf(fields),
  NAMES,
);

/**
 * The key as clients can send it: without space around it. What no header can carry comes back as
 * what is wrong, for the end of "The master key …".
 */
export function readMasterKey(
  given: string,
): { readonly key: string } | { readonly fault: string } {
  const key = given.trim();
  if (key === "") return { fault: "is empty, which would let everybody in or nobody" };
  if (!/^[\u0020-\u007e]+$/u.test(key))
    return { fault: "holds a line break or a letter outside of ASCII, which no header can carry" };
  return { key };
}

const REMEDY =
  "Write a long random text of ASCII letters and digits, such as `os.environ/LITELLM_MASTER_KEY`, or remove the key.";

const VARIABLE = "LITELLM_MASTER_KEY";

/** The key of the file, else of the environment; told, and undefined, where no client could send it. */
const masterKeyOf = (
  section: SectionPlace,
  written: string | undefined,
  environment: EnvironmentRecord,
): string | undefined => {
  const { node, path, context } = section;
  const given = written ?? (environment[VARIABLE] || undefined);
  if (given === undefined) return undefined;
  const read = readMasterKey(given);
  const place = node.entries.get("master_key")?.node.place ?? node.place;
  const at = { place, path: [...path, "master_key"] };
  const name = written === undefined ? `The environment variable \`${VARIABLE}\`` : "`master_key`";
  if ("fault" in read) {
    context.problems.error({ ...at, message: `${name} ${read.fault}.`, remedy: REMEDY });
    return undefined;
  }
  if (read.key !== given && written !== undefined)
    context.problems.warn({
      ...at,
      message: "`master_key` begins or ends with white space, which is left out.",
      remedy: "Write it without, as clients send it.",
    });
  return read.key;
};

/** Reads `general_settings`; the environment's `LITELLM_MASTER_KEY` stands in for a missing key. */
export function readGeneralSettings(
  section: SectionPlace,
  environment: EnvironmentRecord,
): Pick<GeneralConfig, "masterKey" | "maxRequestSizeMb"> {
  const values = readSection(section, fields);
  const masterKey = masterKeyOf(section, values.master_key, environment);
  return { ...(masterKey === undefined ? {} : { masterKey }), ...renamed(values, NAMES) };
}
