import type { GatewaySettings, RouterConfig } from "../earshot-config.ts";
import { flag, renamed } from "../field.ts";
import { seconds } from "../number-field.ts";
import { readSection } from "../read-section.ts";
import { words } from "../section.ts";
import type { OtherKeys, SectionDefinition, SectionPlace } from "../section.ts";
import { reliabilityFields, routerDefaults, toReliability } from "./router-settings.ts";

const fields = {
  drop_params: flag({
    description: "Leave out what a provider does not support instead of refusing the request.",
    default: false,
  }),
  request_timeout: seconds({
    description: "How long one attempt may take, when `router_settings` has no `timeout`.",
    default: routerDefaults.timeoutMs / 1000,
  }),
  ...reliabilityFields,
};

const unusedLitellmSettings: readonly OtherKeys[] = [
  {
    isMeaningless: true,
    effect: "audio has no context window, and providers do not refuse what is said.",
    remedy: "Use `fallbacks`, which covers every failure, and remove this key.",
    keys: ["context_window_fallbacks", "content_policy_fallbacks"],
  },
  {
    isMeaningless: true,
    effect: "it is for chat, tools or prompts.",
    keys: words(`
      add_function_to_prompt disable_add_transform_inline_image_block
      disable_copilot_system_to_assistant disable_hf_tokenizer_download
      disable_stop_sequence_limit enable_json_schema_validation enable_preview_features
      guardrails mcp_aliases modify_params route_all_chat_openai_to_responses
      skip_system_message_in_guardrail skip_tool_message_in_guardrail
      use_chat_completions_url_for_anthropic_messages
    `),
  },
  {
    effect: "no callback is called.",
    remedy: "Remove it, and read Earshot's logs and response headers.",
    keys: words(`
      callbacks success_callback failure_callback service_callback service_callbacks
      langfuse_default_tags langfuse_enable_update_trace_keys redact_user_api_key_info
      s3_callback_params turn_off_message_logging
    `),
  },
  {
    effect: "transcripts are not cached.",
    keys: ["cache", "cache_params", "enable_redis_auth_cache"],
  },
  {
    effect: "nothing is counted in money.",
    keys: words(`
      budget_reset_time cost_discount_config cost_margin_config default_max_internal_user_budget
      disable_end_user_cost_tracking enable_end_user_cost_tracking_prometheus_only max_budget
      max_internal_user_budget max_ui_session_budget
    `),
  },
  {
    effect: "there are no keys but `master_key`, and no users or teams.",
    keys: words(`
      default_internal_user_params default_key_generate_params default_team_params
      default_team_settings enable_key_alias_format_validation key_generation_settings
      overwrite_user_with_key_hash store_audit_logs upperbound_key_generate_params
    `),
  },
  {
    effect: "the config does not set the form of the logs.",
    keys: ["json_logs", "request_correlation_in_logs", "set_verbose", "log_raw_request_response"],
  },
  {
    effect: "certificates are checked as Node.js checks them.",
    remedy: "Name your own authority in the environment variable `NODE_EXTRA_CA_CERTS`.",
    keys: ["ssl_verify", "ssl_certificate"],
  },
  {
    effect: "connections are made as Node.js makes them.",
    keys: ["disable_aiohttp_transport", "force_ipv4", "http2", "network_mock"],
  },
  {
    effect: "nothing is ever sent home.",
    keys: ["telemetry"],
  },
  {
    effect: "it belongs to parts of LiteLLM that Earshot does not have.",
    keys: words(`
      forward_traceparent_to_llm_provider public_model_groups require_managed_files
      return_response_headers user_url_allowed_hosts user_url_validation
    `),
  },
];

/** Whether unsupported options are left out where no file says. */
export const dropParamsDefault: boolean = fields.drop_params.default;

/** `litellm_settings`: what holds for every request. */
export const litellmSettings: SectionDefinition = {
  name: "litellm_settings",
  description:
    "What holds for every request. Where `router_settings` has the same key, that one counts.",
  fields,
  otherKeys: unusedLitellmSettings,
};

/** Reads `litellm_settings`; `router` is what it says about the router. */
export function readLitellmSettings(section: SectionPlace): {
  readonly settings: Pick<GatewaySettings, "dropParams" | "requestTimeoutMs">;
  readonly router: RouterConfig;
} {
  const values = readSection(section, fields);
  return {
    settings: {
      dropParams: values.drop_params ?? dropParamsDefault,
      ...renamed(values, { request_timeout: "requestTimeoutMs" }),
    },
    router: { ...toReliability(values), ...renamed(values, { request_timeout: "timeoutMs" }) },
  };
}
