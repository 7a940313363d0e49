import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { ConfigError, readConfig, redactConfig } from "./index.ts";
import type { Diagnostic, ReadConfigOptions } from "./index.ts";

/** What a config leads to; anything that is thrown beside `ConfigError` fails the test. */
const diagnose = (
  text: string,
  options: Partial<ReadConfigOptions> = {},
): readonly Diagnostic[] => {
  try {
    const { config, warnings } = readConfig({
      text,
      fileName: "config.yaml",
      environment: {},
      ...options,
    });
    JSON.stringify(redactConfig(config));
    return warnings;
  } catch (error) {
    if (!ConfigError.is(error)) throw error;
    expect(error.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    return error.diagnostics;
  }
};

const expectPlaces = (diagnostics: readonly Diagnostic[], text: string): void => {
  const lines = text.split("\n").length;
  for (const { line, column, message, remedy } of diagnostics) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message.length * remedy.length).toBeGreaterThan(0);
  }
};

const keys = [
  "model_list",
  "model_name",
  "litellm_params",
  "model_info",
  "router_settings",
  "litellm_settings",
  "general_settings",
  "earshot_settings",
  "environment_variables",
  "model",
  "mode",
  "id",
  "tags",
  "timeout",
  "fallbacks",
  "default_fallbacks",
  "model_group_alias",
  "model_group_retry_policy",
  "retry_policy",
  "TimeoutErrorRetries",
  "extra_headers",
  "api_key",
  "__proto__",
  "constructor",
  "<<",
];

const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(
      "whisper",
      "os.environ/A",
      "os.environ/",
      "*",
      "",
      null,
      -1,
      1.5,
      true,
    ),
    fc.string(),
    fc.double(),
    fc.array(tie("any"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...keys), fc.string()), tie("any")), {
        maxLength: 6,
      })
      .map((entries) => new Map(entries)),
  ),
})).any;

test("any YAML text is a config or a ConfigError", () => {
  const piece = fc.constantFrom(
    "a", "model_list", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", "&x ", "*x", "<<", "'", '"', "|",
    ">", "#", "%", "@", "!!str ", "!", "\t", "---\n", "os.environ/A", "? ", ",", "\u0000", "\uFEFF", "é",
  ); // prettier-ignore
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      expectPlaces(diagnose(text), text);
    }),
    { numRuns: 500 },
  );
});

test("any well-formed YAML is a config or a ConfigError", () => {
  fc.assert(
    fc.property(value, (tree) => {
      const text = stringify(tree);
      expectPlaces(diagnose(text, { environment: { A: "a" } }), text);
    }),
    { numRuns: 500 },
  );
});

test("any section with any contents is a config or a ConfigError", () => {
  const entry = fc.record({ model_name: value, litellm_params: value, model_info: value });
  const section = fc.record(
    {
      model_list: fc.array(entry, { maxLength: 3 }),
      router_settings: value,
      litellm_settings: value,
      general_settings: value,
      earshot_settings: value,
      environment_variables: value,
      include: value,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(section, (tree) => {
      const text = stringify(tree);
      expectPlaces(diagnose(text, { knownParams: () => ["model"] }), text);
    }),
    { numRuns: 200 },
  );
});

test("brackets without end are an error, not a crash", () => {
  for (const bracket of ["[", "{a: ", "- ", "? "]) {
    const text = bracket.repeat(5000);
    expectPlaces(diagnose(text), text);
  }
});

const secretText = fc.stringMatching(/^[A-Za-z0-9]{4}[A-Za-z0-9!$^*()_=+.;~-]{8,20}$/);
const PLACES = 9;

const withSecrets = (secrets: readonly string[]): string =>
  `environment_variables:
  SOME_NAME: '${secrets[0]}'
model_list:
- model_name: whisper
  litellm_params:
    model: openai/whisper-1
    api_key: ${secrets[1]}
    client_secret: ${secrets[2]}
    timeout: 5
    extra_headers: { X-Own: "${secrets[3]}" }
    azure_ad_token: ${secrets[4]}
    nested: { password: ${secrets[5]} }
- { model_name: other, litellm_params: { model: a, api_key: ${secrets[6]}, rpm: many } }
general_settings:
  master_key: "${secrets[7]}"
  database_url: postgresql://user:${secrets[8]}@host/db
`;

/** Every run of eight characters of a secret counts as a leak. */
const leaks = (text: string, secrets: readonly string[]): readonly string[] =>
  secrets.filter((secret) =>
    Array.from({ length: secret.length - 7 }, (_, start) => secret.slice(start, start + 8)).some(
      (part) => text.includes(part),
    ),
  );

test("no diagnostic shows a secret, whatever is broken around it", () => {
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    insert: fc.constantFrom("", "\t", "'", '"', "[", "}", "\n", ":", "- ", "&a ", "*a", "x"),
  });
  const secrets = fc.uniqueArray(secretText, { minLength: PLACES, maxLength: PLACES });
  fc.assert(
    fc.property(secrets, fc.array(edit, { maxLength: 4 }), (hidden, edits) => {
      let text = withSecrets(hidden);
      for (const { at, remove, insert } of edits) {
        const start = at % text.length;
        const cut = text.slice(start, start + remove);
        // An edit inside a secret makes it another one.
        const edited = `${text.slice(0, start)}${insert}${text.slice(start + cut.length)}`;
        if (hidden.every((secret) => edited.includes(secret))) text = edited;
      }
      const told = JSON.stringify(diagnose(text, { knownParams: () => ["azure_ad_token"] }));
      expect(leaks(told, hidden)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("no diagnostic shows the value of an environment variable", () => {
  const names = ["GROUP", "MODEL", "ID", "RPM", "FLAG", "STRATEGY", "FALLBACK", "ALIAS", "KEY"];
  const text = `
model_list:
- model_name: os.environ/GROUP
  litellm_params: { model: os.environ/MODEL, rpm: os.environ/RPM, drop_params: os.environ/FLAG }
  model_info: { id: os.environ/ID, mode: os.environ/MODEL }
- model_name: os.environ/GROUP
  litellm_params: { model: "*", api_key: os.environ/KEY, timeout: os.environ/KEY }
  model_info: { id: os.environ/ID }
- model_name: os.environ/GROUP
  litellm_params: { model: b }
  model_info: { id: os.environ/ID }
router_settings:
  routing_strategy: os.environ/STRATEGY
  fallbacks: [{ whisper: [os.environ/FALLBACK] }, { os.environ/GROUP: [a] }]
  model_group_alias: { alias: os.environ/ALIAS }
  retry_policy: os.environ/KEY
earshot_settings: { empty_transcript: os.environ/FLAG, port: os.environ/RPM }
include: [os.environ/KEY]
`;
  fc.assert(
    fc.property(fc.uniqueArray(secretText, { minLength: 9, maxLength: 9 }), (values) => {
      const environment = Object.fromEntries(names.map((name, index) => [name, values[index]]));
      const told = JSON.stringify(diagnose(text, { environment }));
      expect(leaks(told, values)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
