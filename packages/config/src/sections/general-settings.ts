import { z } from "zod";
import type { GeneralConfig } from "../earshot-config.ts";
import { text } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { megabytes } from "../number-field.ts";
import { readSection } from "../read-values.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import { unusedGeneralSettings } from "./unused-general-settings.ts";

const fields = {
  master_key: text({
    description:
      "The key that clients must send. Without one, and without a `host`, only this machine is served.",
    default: "the environment variable `LITELLM_MASTER_KEY`, else none",
    example: "os.environ/LITELLM_MASTER_KEY",
  }),
  max_request_size_mb: megabytes({
    description: "The largest request that is taken; a larger one is answered with 413.",
    default: "2048",
    example: "100",
  }),
};

const schema = z.object(fields).partial();

/** `general_settings`: what the server needs. */
export const generalSettings: SectionDefinition = {
  name: "general_settings",
  description: "What the server needs.",
  fields,
  required: [],
  otherKeys: unusedGeneralSettings,
  open: false,
};

/** Reads `general_settings`. */
export function readGeneralSettings(
  section: SectionPlace,
): Pick<GeneralConfig, "masterKey" | "maxRequestSizeMb"> {
  const values = readSection(section, schema);
  return onlyGiven({
    masterKey: values.master_key,
    maxRequestSizeMb: values.max_request_size_mb,
  });
}
