import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./index.ts";
import type { Diagnostic } from "./index.ts";

const diagnose = (text: string): readonly Diagnostic[] => {
  const knownParams = (): readonly string[] => ["smart_format", "top_k"];
  try {
    return readConfig({ text, fileName: "config.yaml", environment: {}, knownParams }).warnings;
  } catch (error) {
    if (ConfigError.is(error)) return error.diagnostics;
    throw error;
  }
};

/** `severity line:column path` of every diagnostic. */
const places = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ severity, line, column, path }) => `${severity} ${line}:${column} ${path}`);

const entry = (params: string): string =>
  `model_list:\n- model_name: whisper\n  litellm_params:\n    model: whisper-1\n${params}`;
const after = (section: string): string => `${entry("")}${section}`;

type Case = readonly [name: string, text: string, place: string, message: RegExp, remedy: RegExp];

const shape: readonly Case[] = [
  ["an empty file", "", "error 1:1 model_list", /has no deployments/, /Add one/],
  ["a file of comments", "# nothing\n", "error 1:1 model_list", /has no deployments/, /Add one/],
  [
    "a file that is a list",
    "- a\n",
    "error 1:1 ",
    /mapping of keys to values, not a list/,
    /key: value/,
  ],
  [
    "a file that is text",
    "hello\n",
    "error 1:1 ",
    /mapping of keys to values, not text/,
    /key: value/,
  ],
  ["no model_list", "general_settings:\n", "error 1:1 model_list", /has no deployments/, /Add one/],
  [
    "an empty model_list",
    "x-a: 1\nmodel_list: []\n",
    "error 2:1 model_list",
    /has no deployments/,
    /Add one/,
  ],
  [
    "a model_list that is a mapping",
    "model_list:\n  a: 1\n",
    "error 2:3 model_list",
    /must be a list of deployments, not a mapping/,
    /with a dash/,
  ],
  [
    "an entry that is text",
    "model_list:\n- whisper\n",
    "error 2:3 model_list[0]",
    /must be a mapping, not text/,
    /model_name/,
  ],
  [
    "an empty entry",
    "model_list:\n-\n",
    "error 2:2 model_list[0]",
    /must be a mapping, not empty/,
    /model_name/,
  ],
  [
    "no model_name",
    "model_list:\n- litellm_params: { model: a }\n",
    "error 2:3 model_list[0].model_name",
    /`model_name` is missing/,
    /Add `model_name: whisper`/,
  ],
  [
    "no litellm_params",
    "model_list:\n- model_name: a\n",
    "error 2:3 model_list[0].litellm_params",
    /`litellm_params` is missing/,
    /Add/,
  ],
  [
    "no model",
    "model_list:\n- model_name: a\n  litellm_params: { rpm: 1 }\n",
    "error 3:19 model_list[0].litellm_params.model",
    /`model` is missing/,
    /Add `model: whisper-1`/,
  ],
  [
    "a model that is null",
    "model_list:\n- model_name: a\n  litellm_params: { model: }\n",
    "error 3:19 model_list[0].litellm_params.model",
    /`model` is missing/,
    /Add/,
  ],
  [
    "litellm_params that is a list",
    "model_list:\n- model_name: a\n  litellm_params: [a]\n",
    "error 3:19 model_list[0].litellm_params",
    /must be a mapping of keys to values, not a list/,
    /`litellm_params`/,
  ],
  [
    "a section that is text",
    after("router_settings: fast\n"),
    "error 5:18 router_settings",
    /must be a mapping/,
    /`router_settings`/,
  ],
];

const values: readonly Case[] = [
  [
    "a word for a number",
    entry("    rpm: ten\n"),
    "error 5:10 model_list[0].litellm_params.rpm",
    /`rpm` must be a number of 0 or more, not `ten`/,
    /`rpm: 60`/,
  ],
  [
    "a negative weight",
    entry("    weight: -1\n"),
    "error 5:13 model_list[0].litellm_params.weight",
    /of 0 or more, not `-1`/,
    /weight/,
  ],
  [
    "an order below 0",
    entry("    order: -1\n"),
    "error 5:12 model_list[0].litellm_params.order",
    /whole number of 0 or more/,
    /order/,
  ],
  [
    "an order with decimals",
    entry("    order: 1.5\n"),
    "error 5:12 model_list[0].litellm_params.order",
    /whole number/,
    /order/,
  ],
  [
    "a timeout of 0",
    entry("    timeout: 0\n"),
    "error 5:14 model_list[0].litellm_params.timeout",
    /number of seconds above 0/,
    /timeout/,
  ],
  [
    "a timeout with a unit",
    entry("    timeout: 30s\n"),
    "error 5:14 model_list[0].litellm_params.timeout",
    /seconds above 0.*not `30s`/,
    /`timeout: 600`/,
  ],
  [
    "a timeout in milliseconds",
    entry("    timeout: 600000\n"),
    "warning 5:14 model_list[0].litellm_params.timeout",
    /longer than a day/,
    /Divide the value by 1000/,
  ],
  [
    "a flag that is a word",
    entry("    drop_params: maybe\n"),
    "error 5:18 model_list[0].litellm_params.drop_params",
    /true or false, not `maybe`/,
    /drop_params: true/,
  ],
  [
    "a list for a key",
    entry("    api_key: [a, b]\n"),
    "error 5:14 model_list[0].litellm_params.api_key",
    /`api_key` must be text, not a list/,
    /api_key/,
  ],
  [
    "several organizations",
    entry("    organization: [a, b]\n"),
    "error 5:19 model_list[0].litellm_params.organization",
    /one organization as text/,
    /organization/,
  ],
  [
    "a mapping for tags",
    entry("    tags: { a: b }\n"),
    "error 5:11 model_list[0].litellm_params.tags",
    /list of texts, not a mapping/,
    /tags: \[eu, free\]/,
  ],
  [
    "a list in headers",
    entry("    extra_headers: { A: [b] }\n"),
    "error 5:25 model_list[0].litellm_params.extra_headers.A",
    /`extra_headers.A` must be text, not a list/,
    /extra_headers/,
  ],
  [
    "a temperature above 1",
    entry("    temperature: 1.5\n"),
    "error 5:18 model_list[0].litellm_params.temperature",
    /from 0 to 1, not `1.5`/,
    /temperature: 0/,
  ],
  [
    "an empty value",
    entry('    api_version: ""\n'),
    "warning 5:18 model_list[0].litellm_params.api_version",
    /is empty, which counts as absent/,
    /remove the key/,
  ],
  [
    "an empty address, without which the audio would go elsewhere",
    entry('    api_base: ""\n'),
    "error 5:15 model_list[0].litellm_params.api_base",
    /`api_base` is empty/,
    /remove the key/,
  ],
  [
    "an empty master_key",
    after('general_settings:\n  master_key: ""\n'),
    "error 6:15 general_settings.master_key",
    /`master_key` is empty/,
    /remove the key/,
  ],
  [
    "a port out of range",
    after("earshot_settings: { port: 70000 }\n"),
    "error 5:27 earshot_settings.port",
    /whole number from 0 to 65535/,
    /port: 8000/,
  ],
  [
    "an unknown policy",
    after("earshot_settings: { empty_transcript: drop }\n"),
    "error 5:39 earshot_settings.empty_transcript",
    /`return`, `fallback`, `error`, not `drop`/,
    /return/,
  ],
  [
    "a strategy with a typing mistake",
    after("router_settings: { routing_strategy: simple-shufle }\n"),
    "error 5:38 router_settings.routing_strategy",
    /most likely `simple-shuffle`/,
    /simple-shuffle/,
  ],
  [
    "a strategy that Earshot lacks",
    after("router_settings: { routing_strategy: cost-based-routing }\n"),
    "warning 5:20 router_settings.routing_strategy",
    /`simple-shuffle` is used in its place/,
    /weight/,
  ],
  [
    "fallbacks that are text",
    after("router_settings: { fallbacks: whisper }\n"),
    "error 5:31 router_settings.fallbacks",
    /list of mappings/,
    /fallbacks: \[\{ whisper/,
  ],
  [
    "a fallback that is a mapping",
    after("router_settings: { fallbacks: [{ whisper: [{ model: a }] }] }\n"),
    "error 5:43 router_settings.fallbacks[0].whisper",
    /a model group, or a list of them/,
    /fallbacks/,
  ],
  [
    "retries that are no number",
    after("router_settings: { retry_policy: { TimeoutErrorRetries: many } }\n"),
    "error 5:57 router_settings.retry_policy.TimeoutErrorRetries",
    /whole number of 0 or more, not `many`/,
    /retry_policy/,
  ],
  [
    "a model with * under a name without",
    "model_list:\n- model_name: a\n  litellm_params: { model: groq/* }\n",
    "error 3:28 model_list[0].litellm_params.model",
    /holds a `\*`, but `model_name` has none/,
    /groq\/\*/,
  ],
  [
    "an id that is taken",
    "model_list:\n- &one { model_name: a, litellm_params: { model: b }, model_info: { id: x } }\n- *one\n",
    "error 2:73 model_list[1].model_info.id",
    /`x` already belongs to `model_list\[0\]`/,
    /id of its own/,
  ],
];

const origins: readonly Case[] = [
  [
    "an origin with a path",
    after("earshot_settings: { allowed_origins: https://example.com/ }\n"),
    "error 5:38 earshot_settings.allowed_origins[0]",
    /web origins such as `https:\/\/app.example.com`, without a path, not `https:\/\/example.com\/`/,
    /\[https:\/\/app.example.com\]/,
  ],
  [
    "an origin without a scheme",
    after("earshot_settings: { allowed_origins: [example.com] }\n"),
    "error 5:39 earshot_settings.allowed_origins[0]",
    /without a path, not `example.com`/,
    /\[https:\/\/app.example.com\]/,
  ],
  [
    "an origin for many names, which no browser sends",
    after("earshot_settings: { allowed_origins: ['https://*.example.com'] }\n"),
    "error 5:39 earshot_settings.allowed_origins[0]",
    /without a path, not `https:\/\/\*\.example\.com`/,
    /\[https:\/\/app.example.com\]/,
  ],
  [
    "the address of a socket for an origin",
    after("earshot_settings: { allowed_origins: ['wss://example.com'] }\n"),
    "error 5:39 earshot_settings.allowed_origins[0]",
    /without a path, not `wss:\/\/example\.com`/,
    /\[https:\/\/app.example.com\]/,
  ],
];

const keys: readonly Case[] = [
  [
    "an unknown section",
    after("rooter_settings: {}\n"),
    "warning 5:1 rooter_settings",
    /not a key of the config file/,
    /`router_settings`/,
  ],
  [
    "an unknown section without a likeness",
    after("whatever: {}\n"),
    "warning 5:1 whatever",
    /not a key of the config file/,
    /Remove it/,
  ],
  [
    "a typing mistake in litellm_params",
    entry("    api_kye: test\n"),
    "warning 5:5 model_list[0].litellm_params.api_kye",
    /`api_kye` is not a key of `litellm_params`/,
    /Did you mean `api_key`/,
  ],
  [
    "another spelling",
    entry("    apiBase: test\n"),
    "error 5:5 model_list[0].litellm_params.apiBase",
    /is not a key of `litellm_params`, and looks as if it said where audio is sent/,
    /Did you mean `api_base`/,
  ],
  [
    "a typing mistake in a provider's parameter",
    entry("    smart_fromat: true\n"),
    "warning 5:5 model_list[0].litellm_params.smart_fromat",
    /is not a key/,
    /Did you mean `smart_format`/,
  ],
  [
    "a typing mistake in model_info",
    entry("  model_info: { moed: audio_transcription }\n"),
    "warning 5:17 model_list[0].model_info.moed",
    /is not a key of `model_info`/,
    /Did you mean `mode`/,
  ],
  [
    "a key in the wrong section",
    after("router_settings: { master_key: test }\n"),
    "warning 5:20 router_settings.master_key",
    /not a key of `router_settings`/,
    /Move it to `general_settings`/,
  ],
  [
    "a key one level too high",
    "model_list:\n- { model_name: a, litellm_params: { model: b }, rpm: 5 }\n",
    "warning 2:50 model_list[0].rpm",
    /not a key of `model_list`/,
    /Move it to `litellm_params`/,
  ],
  [
    "a chat parameter",
    entry("    max_tokens: 10\n"),
    "warning 5:5 model_list[0].litellm_params.max_tokens",
    /has no meaning for audio and is ignored/,
    /Remove it/,
  ],
  [
    "a parameter that Earshot lacks",
    entry("    max_retries: 3\n"),
    "warning 5:5 model_list[0].litellm_params.max_retries",
    /is not supported by Earshot and is ignored/,
    /`num_retries`/,
  ],
  [
    "chat fallbacks",
    after("litellm_settings: { context_window_fallbacks: [] }\n"),
    "warning 5:21 litellm_settings.context_window_fallbacks",
    /no meaning for audio/,
    /Use `fallbacks`/,
  ],
  [
    "a callback",
    after('litellm_settings: { callbacks: ["otel"] }\n'),
    "warning 5:21 litellm_settings.callbacks",
    /not supported/,
    /Remove it/,
  ],
  [
    "guardrails",
    after("guardrails: [{ guardrail_name: a }]\n"),
    "warning 5:1 guardrails",
    /no meaning for audio/,
    /Remove it/,
  ],
  [
    "a key of general_settings that Earshot lacks",
    after("general_settings: { allowed_ips: [127.0.0.1] }\n"),
    "warning 5:21 general_settings.allowed_ips",
    /not supported/,
    /firewall/,
  ],
  [
    "an error that does not exist",
    after("router_settings: { retry_policy: { TimeoutErorRetries: 3 } }\n"),
    "warning 5:36 router_settings.retry_policy.TimeoutErorRetries",
    /not a kind of error/,
    /`TimeoutErrorRetries`/,
  ],
  [
    "an error of chat providers",
    after(
      "router_settings: { model_group_retry_policy: { whisper: { ContentPolicyViolationErrorRetries: 3 } } }\n",
    ),
    "warning 5:59 router_settings.model_group_retry_policy.whisper.ContentPolicyViolationErrorRetries",
    /no meaning for audio/,
    /Remove it/,
  ],
  [
    "a mode with a typing mistake",
    entry("  model_info: { mode: audio-transcription }\n"),
    "warning 5:23 model_list[0].model_info.mode",
    /read as `audio_transcription`/,
    /mode: audio_transcription/,
  ],
];

const groups: readonly Case[] = [
  [
    "a fallback for an unknown group",
    after("router_settings: { fallbacks: [{ whispr: [whisper] }] }\n"),
    "error 5:34 router_settings.fallbacks[0].whispr",
    /`whispr` is not a model group/,
    /Did you mean `whisper`/,
  ],
  [
    "an unknown fallback",
    after("router_settings:\n  fallbacks:\n  - whisper:\n    - groq\n"),
    "error 8:7 router_settings.fallbacks[0].whisper[0]",
    /`groq` is not a model group/,
    /such as `whisper`/,
  ],
  [
    "an unknown default fallback",
    after("litellm_settings: { default_fallbacks: [wisper] }\n"),
    "error 5:41 litellm_settings.default_fallbacks[0]",
    /`wisper` is not a model group/,
    /`whisper`/,
  ],
  [
    "an alias of nothing",
    after("router_settings: { model_group_alias: { a: nothing } }\n"),
    "error 5:44 router_settings.model_group_alias.a",
    /`nothing` is not a model group/,
    /such as `whisper`/,
  ],
  [
    "an alias of nothing, long form",
    after("router_settings: { model_group_alias: { a: { model: nothing } } }\n"),
    "error 5:53 router_settings.model_group_alias.a.model",
    /`nothing` is not a model group/,
    /whisper/,
  ],
  [
    "a retry policy of an unknown group",
    after("router_settings: { model_group_retry_policy: { whispers: { timeout: 1 } } }\n"),
    "error 5:48 router_settings.model_group_retry_policy.whispers",
    /`whispers` is not a model group/,
    /`whisper`/,
  ],
  [
    "an alias that hides a group",
    `model_list:
- { model_name: whisper, litellm_params: { model: a } }
- { model_name: other, litellm_params: { model: a } }
router_settings: { model_group_alias: { whisper: other } }
`,
    "warning 4:41 router_settings.model_group_alias.whisper",
    /nobody reaches the group/,
    /another name/,
  ],
];

const cases = [...shape, ...values, ...origins, ...keys, ...groups].map(([name, ...expected]) => ({
  name,
  expected,
}));

test.each(cases)("tells of $name", ({ expected: [text, place, message, remedy] }) => {
  const diagnostics = diagnose(text);
  expect(places(diagnostics)).toEqual([place]);
  expect(diagnostics[0]?.file).toBe("config.yaml");
  expect(diagnostics[0]?.message).toMatch(message);
  expect(diagnostics[0]?.remedy).toMatch(remedy);
});

test.each([
  ["max_field_size_kb", "0", /a whole number of kilobytes from 1 to 102400/u],
  ["max_form_text_size_kb", "0", /a whole number of kilobytes from 1 to 1048576/u],
  ["total_form_text_mb", "0", /a number of megabytes above 0/u],
  ["max_form_parts", "1", /a whole number from 2 to 100000/u],
  ["max_part_header_size_kb", "1.5", /a whole number of kilobytes from 1 to 1024/u],
  ["max_boundary_length", "69", /a whole number from 70 to 8192/u],
  ["upload_idle_timeout", "0", /a number of seconds above 0/u],
  ["upload_min_bytes_per_second", "-1", /a whole number of 0 or more/u],
  ["header_timeout", "soon", /a number of seconds above 0/u],
  ["max_header_size_kb", "2048", /a whole number of kilobytes from 4 to 1024/u],
  ["max_connections", "0", /a whole number of 1 or more/u],
])("refuses %s: %s, and says what it must be", (key, written, expected) => {
  const text = `model_list: [{ model_name: a, litellm_params: { model: whisper-1 } }]
earshot_settings:
  ${key}: ${written}
`;
  const diagnostics = diagnose(text);
  expect(places(diagnostics)).toEqual([`error 3:${key.length + 5} earshot_settings.${key}`]);
  expect(`${diagnostics[0]?.message} ${diagnostics[0]?.remedy}`).toMatch(expected);
});

test("tells all problems at once, in the order of the file", () => {
  const text = `model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, rpm: many, api_key: os.environ/A }
- litellm_params: { model: whisper-1, timeout: -5 }
general_settings: { max_request_size_mb: big }
router_settings: { fallbacks: [{ a: [b] }] }
`;
  expect(places(diagnose(text))).toEqual([
    "error 3:44 model_list[0].litellm_params.rpm",
    "error 3:59 model_list[0].litellm_params.api_key",
    "error 4:3 model_list[1].model_name",
    "error 4:48 model_list[1].litellm_params.timeout",
    "error 5:42 general_settings.max_request_size_mb",
    "error 6:34 router_settings.fallbacks[0].a",
    "error 6:38 router_settings.fallbacks[0].a[0]",
  ]);
});

test("leaves out deployments for other tasks, and their names elsewhere", () => {
  const text = `model_list:
- { model_name: whisper, litellm_params: { model: whisper-1 } }
- { model_name: chat, litellm_params: { model: gpt-4o, api_key: os.environ/NOT_READ }, model_info: { mode: chat } }
router_settings:
  fallbacks: [{ whisper: [chat] }, { chat: [whisper] }]
  model_group_alias: { assistant: chat, other: whisper }
`;
  expect(places(diagnose(text))).toEqual([
    "warning 3:108 model_list[1].model_info.mode",
    "warning 5:27 router_settings.fallbacks[0].whisper[0]",
    "warning 5:38 router_settings.fallbacks[1].chat",
    "warning 6:35 router_settings.model_group_alias.assistant",
  ]);
  const { config } = readConfig({ text, fileName: "config.yaml", environment: {} });
  expect(config.deployments.map(({ group }) => group)).toEqual(["whisper"]);
  expect(config.router.fallbacks).toEqual({ whisper: [] });
  expect(config.router.modelGroupAlias).toEqual({ other: { model: "whisper", hidden: false } });
});

test("refuses a file in which no deployment transcribes", () => {
  const text =
    "model_list: [{ model_name: a, litellm_params: { model: b }, model_info: { mode: chat } }]\n";
  const errors = diagnose(text).filter(({ severity }) => severity === "error");
  expect(errors.map(({ message }) => message)).toEqual([
    "No deployment of `model_list` is for transcription.",
  ]);
});
