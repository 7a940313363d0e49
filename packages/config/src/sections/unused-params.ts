import { words } from "../section.ts";
import type { OtherKeys } from "../section.ts";

/** The keys of LiteLLM's `litellm_params` that concern no transcription, and those that Earshot lacks. */
export const unusedParams: readonly OtherKeys[] = [
  {
    isMeaningless: true,
    effect: "it is for chat models.",
    keys: words(`
      max_tokens max_completion_tokens top_p top_k n stop seed frequency_penalty
      presence_penalty repetition_penalty logit_bias logprobs top_logprobs tools tool_choice
      functions function_call parallel_tool_calls reasoning_effort thinking modalities messages
      system user verbosity web_search_options merge_reasoning_content_in_choices
      supports_system_message use_chat_completions_api prompt_id prompt_variables
      cache_control_injection_points guardrails
    `),
  },
  {
    isMeaningless: true,
    effect: "it is for embeddings, images or spoken answers.",
    keys: words("dimensions encoding_format input_type embedding_model voice size quality style"),
  },
  {
    isMeaningless: true,
    effect: "it picks a chat model by what is asked.",
    keys: words(`
      auto_router_config_path auto_router_config auto_router_default_model
      auto_router_embedding_model auto_router_max_input_chars complexity_router_config
      complexity_router_default_model adaptive_router_config adaptive_router_default_model
      quality_router_config quality_router_default_model
    `),
  },
  {
    isMeaningless: true,
    effect: "it is for vector stores and batch files.",
    keys: words(`
      vector_store_id vector_bucket_name index_name gcs_bucket_name s3_bucket_name
      s3_region_name s3_encryption_key_id s3_output_bucket_name milvus_text_field milvus_db_name
      milvus_partition_names valkey_host valkey_port valkey_password valkey_ssl
      valkey_text_field valkey_embedding_field aws_batch_role_arn
    `),
  },
  {
    effect: "retries are counted in one place, by the router.",
    remedy: "Write `num_retries`.",
    keys: ["max_retries"],
  },
  {
    effect: "the address of a deployment is read from `api_base`.",
    remedy: "Write `api_base`.",
    address: "here",
    keys: ["azure_endpoint"],
  },
  {
    effect: "headers are read from `extra_headers`.",
    remedy: "Write `extra_headers`.",
    keys: ["headers", "default_headers"],
  },
  {
    effect: "clients ask for it in each request.",
    remedy: "Remove it, and send it as a field of the request.",
    keys: words(`
      response_format timestamp_granularities languages include stream chunking_strategy
      known_speaker_names known_speaker_references
    `),
  },
  {
    effect: "the deployment lacks what that credential would bring.",
    remedy:
      "Write `api_key`, `api_base` and `api_version` here; a YAML anchor (`<<: *name`) saves repeating them.",
    address: "here",
    settledBy: "api_base and api_key",
    keys: ["litellm_credential_name"],
  },
  {
    effect: "either all unsupported parameters are left out, or none.",
    remedy: "Write `drop_params: true`.",
    keys: ["additional_drop_params", "allowed_openai_params"],
  },
  {
    effect: "it holds for the whole router.",
    remedy: "Write it under `router_settings`.",
    address: "inside",
    keys: ["allowed_fails_policy", "retry_policy", "default_fallbacks"],
  },
  {
    effect: "nothing is counted in money.",
    remedy: "Remove it, and set limits with `rpm` and `max_parallel_requests`.",
    keys: words(`
      max_budget budget_duration input_cost_per_second output_cost_per_second
      input_cost_per_token output_cost_per_token input_cost_per_audio_token
      input_cost_per_audio_per_second input_cost_per_character input_cost_per_request
      cache_read_input_token_cost tiered_pricing
    `),
  },
  {
    effect: "there are no keys but `master_key`, so there are no limits for each.",
    keys: ["default_api_key_tpm_limit", "default_api_key_rpm_limit"],
  },
  {
    effect: "audio is not counted in tokens in and out.",
    remedy: "Write `rpm`.",
    keys: ["itpm", "otpm"],
  },
  {
    effect: "requests are matched by their tags only.",
    remedy: "Write `tags`.",
    keys: ["tag_regex"],
  },
  {
    effect: "deployments are not picked by region, and no address is made of one.",
    remedy: "Write the address in that region as `api_base`; beside one, remove it.",
    address: "region",
    settledBy: "api_base",
    keys: ["region_name"],
  },
  {
    effect: "no provider of these clouds' speech services is built in.",
    remedy:
      "Write the address in that region as `api_base` (beside one, remove it), or name a package that brings the provider under `earshot_settings.providers`.",
    address: "region",
    settledBy: "api_base",
    keys: words(`
      vertex_location aws_region_name aws_sts_endpoint aws_bedrock_runtime_endpoint
      watsonx_region_name
    `),
  },
  {
    effect: "no provider of these clouds' speech services is built in.",
    remedy:
      "Remove it, or name a package that brings the provider under `earshot_settings.providers`.",
    keys: words(`
      vertex_project vertex_credentials aws_access_key_id aws_secret_access_key
      aws_session_token aws_session_name aws_profile_name aws_role_name aws_web_identity_token
      aws_external_id aws_bedrock_project_id
    `),
  },
  {
    effect: "clients cannot bring credentials or addresses of their own.",
    keys: ["configurable_clientside_auth_params"],
  },
  {
    effect: "a deployment always calls its provider.",
    keys: ["mock_response", "mock_timeout", "mock_tool_calls"],
  },
  {
    effect: "certificates are checked as Node.js checks them.",
    remedy: "Name your own authority in the environment variable `NODE_EXTRA_CA_CERTS`.",
    keys: ["ssl_verify", "ssl_certificate"],
  },
  {
    effect: "no other LiteLLM stands between the gateway and the provider.",
    remedy: "Write the address of that LiteLLM as `api_base`, or remove it.",
    address: "here",
    settledBy: "api_base",
    keys: ["use_litellm_proxy"],
  },
  {
    effect: "it steers LiteLLM's own inner workings.",
    address: "inside",
    keys: words(`
      allow_client_keepalive_override cache http_client keepalive_seconds litellm_trace_id
      metadata model_info rust use_in_pass_through use_xai_oauth
    `),
  },
];
