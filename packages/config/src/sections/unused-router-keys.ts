import { words } from "../section.ts";
import type { OtherKeys } from "../section.ts";

/** The keys of LiteLLM's `router_settings` that Earshot does not use. */
export const unusedRouterKeys: readonly OtherKeys[] = [
  {
    isMeaningless: true,
    effect: "audio has no context window, and providers do not refuse what is said.",
    remedy: "Use `fallbacks`, which covers every failure, and remove this key.",
    keys: ["context_window_fallbacks", "content_policy_fallbacks"],
  },
  {
    isMeaningless: true,
    effect: "size, format, duration and features are checked before every call anyway.",
    remedy: "Remove it; `max_file_size_mb` sets a deployment's own limit.",
    keys: ["enable_pre_call_checks", "enable_pre_call_check", "optional_pre_call_checks"],
  },
  {
    isMeaningless: true,
    effect: "it is for text answers token by token, prompts or assistants.",
    keys: words(`
      ttft_timeout keepalive_seconds allow_client_keepalive_override assistants_config
      guardrail_list search_tools auto_router_capability_limit heuristic_v2_router_limit
      deployment_affinity_ttl_seconds model_group_affinity_config
    `),
  },
  {
    effect: "cooldowns and counts are kept in memory, for each process by itself.",
    keys: ["redis_host", "redis_port", "redis_password", "redis_url", "redis_db", "cache_kwargs"],
  },
  {
    effect: "transcripts are not cached.",
    keys: ["cache_responses", "caching_groups"],
  },
  {
    effect: "every deployment is picked in the same way.",
    remedy: "Set `weight`, `rpm` or `order` on the deployments.",
    keys: ["routing_strategy_args", "routing_groups", "enable_weighted_failover", "plugins"],
  },
  {
    effect: "each deployment has only what stands in its own `litellm_params`.",
    remedy: "Repeat the parameters with a YAML anchor: `&defaults` once, then `<<: *defaults`.",
    address: "inside",
    keys: ["default_litellm_params"],
  },
  {
    effect: "one wrong deployment keeps Earshot from starting, so that it is noticed.",
    remedy: "Mend or remove the deployment that is told as an error.",
    keys: ["ignore_invalid_deployments"],
  },
  {
    effect: "deployments are judged by the requests they serve, not by health checks.",
    remedy: "Use `allowed_fails` and `cooldown_time`.",
    keys: words(`
      enable_health_check_routing health_check_staleness_threshold
      health_check_ignore_transient_errors background_health_check_model_groups
    `),
  },
  {
    effect: "nothing is counted in money.",
    remedy: "Remove it, and set limits with `rpm` and `max_parallel_requests`.",
    keys: ["provider_budget_config"],
  },
  {
    effect: "requests have no priority.",
    keys: ["default_priority", "polling_interval"],
  },
  {
    effect: "a tag is compared as it stands.",
    remedy: "Remove it, and write the tags without the prefix.",
    keys: ["tag_routing_prefix"],
  },
  {
    effect: "it steers LiteLLM's own inner workings.",
    keys: words(`
      alerting_config client_ttl debug_level fallback_access_check fallback_budget_check
      router_general_settings set_verbose
    `),
  },
];
