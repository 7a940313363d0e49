import type { OtherKeys, SectionDefinition } from "../section.ts";

const unusedSections: readonly OtherKeys[] = [
  {
    status: "meaningless",
    effect: "it is for chat, tools or stored files.",
    remedy: "Remove it.",
    keys: [
      "agent_list",
      "assistant_settings",
      "files_settings",
      "finetune_settings",
      "guardrails",
      "mcp_servers",
      "mcp_tools",
      "policies",
      "policy_attachments",
      "prompts",
      "search_tools",
      "vector_store_registry",
    ],
  },
  {
    status: "unsupported",
    effect: "the deployments that name these credentials lack them.",
    remedy:
      "Write `api_key`, `api_base` and `api_version` into each `litellm_params`; a YAML anchor (`<<: *name`) saves repeating them.",
    keys: ["credential_list"],
  },
  {
    status: "unsupported",
    effect: "no callback is called.",
    remedy: "Remove it, and read Earshot's logs and response headers.",
    keys: ["callback_settings"],
  },
  {
    status: "unsupported",
    effect: "it belongs to parts of LiteLLM that Earshot does not have.",
    remedy: "Remove it.",
    keys: ["worker_registry"],
  },
];

/** The file itself; its sections are read one by one, each by its own definition. */
export const topLevel: SectionDefinition = {
  name: "config file",
  description: "The whole config file.",
  fields: {},
  required: [],
  otherKeys: unusedSections,
  open: false,
};
