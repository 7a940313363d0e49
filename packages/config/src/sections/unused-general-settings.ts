import { words } from "../section.ts";
import type { OtherKeys } from "../section.ts";

/** The keys of LiteLLM's `general_settings` that Earshot does not use. */
export const unusedGeneralSettings: readonly OtherKeys[] = [
  {
    effect: "every caller with the `master_key` may do everything.",
    remedy: "Keep others out with a firewall or a proxy in front, and remove this key.",
    keys: words(`
      admin_only_routes allowed_ips allowed_routes public_routes enforce_rbac role_permissions
    `),
  },
  {
    effect: "requests are checked against `master_key` only.",
    remedy: "Set `master_key`, and remove this key.",
    keys: words(`
      allow_user_auth custom_auth custom_auth_run_common_checks enable_jwt_auth
      enable_oauth2_auth enable_oauth2_proxy_auth litellm_jwtauth oauth2_config_mappings
    `),
  },
  {
    effect: "there are no keys but `master_key`, and no users or teams.",
    keys: words(`
      custom_key_generate custom_key_policy custom_key_update
      disable_adding_master_key_hash_to_db disable_auto_add_proxy_admin_to_teams
      enforce_fallback_model_access enforce_user_param enforced_params litellm_license
      missing_session_id reject_clientside_metadata_tags service_account_settings
      user_api_key_cache_max_size user_api_key_cache_ttl user_header_mappings user_header_name
    `),
  },
  {
    effect: "the key is read from `Authorization`, `api-key` or `x-api-key`.",
    remedy: "Send it in one of these headers.",
    keys: ["litellm_key_header_name"],
  },
  {
    effect: "secrets are read from the config and from environment variables.",
    remedy: "Write `os.environ/NAME` where the secret is needed.",
    keys: words("key_management_settings key_management_system use_azure_key_vault use_google_kms"),
  },
  {
    effect: "the number of requests at once is not limited for the whole server.",
    remedy:
      "Set `router_settings.default_max_parallel_requests`, or `max_parallel_requests` on the deployments.",
    keys: words(`
      admission_queue_timeout_seconds disable_retry_on_max_parallel_request_limit_error
      global_max_parallel_requests max_in_flight_requests_per_worker max_parallel_requests
      max_queued_requests_per_worker
    `),
  },
  {
    effect: "the size of an answer is not limited by a setting.",
    remedy: "Remove it; `max_request_size_mb` limits what clients send.",
    keys: ["max_response_size_mb", "max_file_size_mb"],
  },
  {
    effect: "deployments are judged by the requests they serve, not by checks in between.",
    remedy: "Use `router_settings.allowed_fails` and `cooldown_time`.",
    keys: words(`
      background_health_check_model_groups background_health_checks enable_health_check_routing
      health_check_concurrency health_check_details health_check_ignore_transient_errors
      health_check_interval health_check_skip_disabled_background_models
      health_check_staleness_threshold use_shared_health_check
    `),
  },
  {
    effect: "no other path is passed on to a provider.",
    keys: words(`
      pass_through_endpoints pass_through_request_timeout
      use_client_credentials_pass_through_routes
    `),
  },
  {
    effect: "headers and credentials of clients are never passed on to a provider.",
    remedy: "Write what a provider needs into `extra_headers` or `api_key` of its deployment.",
    keys: words(`
      allow_client_side_credentials forward_client_headers_to_llm_api
      forward_llm_provider_auth_headers forward_openai_org_id
    `),
  },
  {
    effect: "a request is always cancelled at the provider when its client goes away.",
    keys: ["cancel_on_disconnect"],
  },
  {
    effect: "it steers how LiteLLM runs behind a load balancer.",
    remedy: "Remove it; use `/health/readiness` for the load balancer.",
    keys: ["drain_endpoint_token", "enable_drain_endpoint", "use_x_forwarded_for"],
  },
  {
    isMeaningless: true,
    effect: "it is for chat, embeddings, images or moderation; clients name the model themselves.",
    keys: words(`
      always_include_stream_usage completion_model embedding_model image_generation_model
      infer_model_from_keys moderation_model search_tools sse_keepalive_ping_interval_seconds
      token_rate_limit_type
    `),
  },
  {
    isMeaningless: true,
    effect: "it is for tools (MCP), stored responses and batch files.",
    keys: words(`
      allow_unmanaged_response_ids allowed_file_extensions blocked_file_extensions
      disable_batch_input_file_rate_limiting disable_responses_id_security enable_mcp_registry
      max_batch_file_size_mb mcp_client_side_auth_header_name mcp_internal_ip_ranges
      mcp_required_fields mcp_trusted_proxy_ranges proxy_batch_polling_interval
      require_end_user_mcp_access_defined require_key_mcp_access_defined
      skip_batch_input_file_rate_limiting_for_models
      skip_batch_input_file_rate_limiting_for_providers user_mcp_management_mode
    `),
  },
  {
    effect: "Earshot keeps nothing in a database.",
    keys: words(`
      allow_requests_on_db_unavailable database_connect_timeout database_connection_pool_limit
      database_connection_pool_timeout database_connection_timeout
      database_disable_prepared_statements database_extra_connection_params
      database_lock_timeout database_socket_timeout database_statement_timeout database_type
      database_url disable_error_logs disable_prisma_schema_update proxy_batch_write_at
      proxy_config_reload_interval_seconds scheduled_job_stagger store_model_in_db
      supported_db_objects use_redis_transaction_buffer
    `),
  },
  {
    effect: "nothing is counted in money, and no log of spending is kept.",
    keys: words(`
      disable_budget_reservation disable_reset_budget disable_spend_logs disable_spend_updates
      enforce_fallback_budget fail_closed_budget_enforcement
      legacy_unscoped_spend_list_endpoints maximum_spend_logs_cleanup_batch_size
      maximum_spend_logs_cleanup_batch_timeout maximum_spend_logs_cleanup_cron
      maximum_spend_logs_cleanup_max_batches maximum_spend_logs_cleanup_run_budget
      maximum_spend_logs_retention_interval maximum_spend_logs_retention_period
      proxy_budget_rescheduler_max_time proxy_budget_rescheduler_min_time
      scope_spend_list_endpoints_to_caller spend_report_frequency store_prompts_in_spend_logs
    `),
  },
  {
    effect: "there is no administration page.",
    keys: words(`
      allow_cli_sso_verification_uri_complete auto_redirect_ui_login_to_sso control_plane_url
      custom_sso custom_ui_sso_sign_in_handler disable_env_credential_login
      disable_master_key_return failed_login_window_seconds max_failed_login_attempts
      max_failed_login_attempts_per_source ui_access_mode
    `),
  },
  {
    effect: "nobody is alerted.",
    remedy: "Remove it, and watch Earshot's logs and `/health`.",
    keys: words(`
      alert_to_webhook_url alert_type_config alert_types alerting alerting_args
      alerting_threshold
    `),
  },
];
