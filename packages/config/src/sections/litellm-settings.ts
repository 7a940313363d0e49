import { z } from "zod";
import type { GatewaySettings, RouterConfig } from "../earshot-config.ts";
import { flag } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { seconds } from "../number-field.ts";
import { readSection } from "../read-values.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import { reliabilityFields, toReliability } from "./reliability-fields.ts";
import { unusedLitellmSettings } from "./unused-litellm-settings.ts";

const fields = {
  drop_params: flag({
    description: "Leave out what a provider does not support instead of refusing the request.",
    default: "false",
  }),
  request_timeout: seconds({
    description: "How long one attempt may take, when `router_settings` has no `timeout`.",
    default: "600",
    example: "600",
  }),
  ...reliabilityFields,
};

const schema = z.object(fields).partial();

/** `litellm_settings`: what holds for every request. */
export const litellmSettings: SectionDefinition = {
  name: "litellm_settings",
  description:
    "What holds for every request. Where `router_settings` has the same key, that one counts.",
  fields,
  required: [],
  otherKeys: unusedLitellmSettings,
  open: false,
};

/** Reads `litellm_settings`; `router` is what it says about the router. */
export function readLitellmSettings(section: SectionPlace): {
  readonly settings: Omit<GatewaySettings, "emptyTranscript">;
  readonly router: RouterConfig;
} {
  const values = readSection(section, schema);
  const timeouts = onlyGiven({ requestTimeoutMs: values.request_timeout });
  return {
    settings: { dropParams: values.drop_params ?? false, ...timeouts },
    router: { ...toReliability(values), ...onlyGiven({ timeoutMs: values.request_timeout }) },
  };
}
