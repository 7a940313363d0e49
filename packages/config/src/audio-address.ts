import { nearestName } from "@earshot/core";
import type { ConfigNode } from "./config-node.ts";

/** What audio never goes to: stores, logs, alerts, administration, documentation. */
const ELSEWHERE =
  /^(?:redis|valkey|milvus|postgres|db|database|cache|vault|kms|slack|teams|email|smtp|webhooks?|alert(?:s|ing)?|callbacks?|langfuse|langsmith|arize|phoenix|otel|opentelemetry|datadog|sentry|prometheus|grafana|lago|galileo|helicone|braintrust|s3|gcs|bucket|blob|log(?:s|ging|ger)?|ui|sso|jwt|oauth2?|oidc|keycloak|login|logout|redirect|docs?|documentation|help|support|homepage|website|icon|logo|swagger|guardrails?|mcp|vector|search|pass|cors)$/u;

/** What people note about a deployment, as in `owner_url`; calls go there only with a word of `CALLED`. */
const NOTED =
  /^(?:owner|author|contact|maintainer|vendor|notes?|comments?|description|readme|wiki|page|image|avatar|license|terms|privacy|status|ticket|issue|runbook|repo|repository|changelog|pricing|card)$/u;

const NOTED_NAMES: ReadonlySet<string> = new Set(["model_url", "model_link"]);

const CALLED =
  /^(?:api|base|apibase|baseurl|\w*endpoint|\w*host(?:name)?|server|proxy|upstream)s?$/u;

const WHERE =
  /^(?:\w*url|uri|\w*endpoint|\w*host(?:name)?|server|proxy|gateway|region|location|address|upstream|origin|apibase|baseurl)s?$/u;

const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/u);

const isElsewhere = (key: string): boolean => {
  const words = wordsOf(key);
  if (NOTED_NAMES.has(words.join("_")) || words.some((word) => ELSEWHERE.test(word))) return true;
  return words.some((word) => NOTED.test(word)) && !words.some((word) => CALLED.test(word));
};

const ADDRESS_NAME =
  /(?:^|_)(?:api_?base|base_?url|(?:api|azure)_?(?:endpoint|url)|endpoint_?url)$/u;

/** Whether a key is another spelling of `api_base`. */
export function isAddressName(key: string): boolean {
  if (isElsewhere(key)) return false;
  const spelt = ADDRESS_NAME.test(wordsOf(key).join("_"));
  return spelt || nearestName(key, ["api_base", "base_url"]) !== undefined;
}

const BASE_NAME = /(?:^|_)(?:api_?base|base_?url)$/u;

/** How LiteLLM's own settings call the address at which it is reached itself. */
const OWN_ADDRESS = /^(?:proxy|server|public|external|self|health)_(?!api_?base)/u;

/** Whether a setting of the whole gateway is another spelling of `api_base`: no audio goes to others. */
export function isBaseName(key: string): boolean {
  const name = wordsOf(key).join("_");
  if (isElsewhere(key) || OWN_ADDRESS.test(name)) return false;
  return BASE_NAME.test(name) || nearestName(key, ["api_base", "base_url"]) !== undefined;
}

/** Whether a key says in which region, not at which address, a call is answered. */
export const isRegionName = (key: string): boolean =>
  wordsOf(key).some((word) => /^(?:region|location)s?$/u.test(word));

/** Whether the name of a key speaks of a place to which audio could be sent. */
const namesPlace = (key: string): boolean => {
  const words = wordsOf(key);
  return isAddressName(key) || words.at(-1) === "base" || words.some((word) => WHERE.test(word));
};

const PLACES: readonly RegExp[] = [
  /^(?:https?|wss?|grpcs?|unix|tcp):\/\//iu,
  /^(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\]):\d{2,5}(?:\/\S*)?$/iu,
  /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3})(?:\/\S*)?$/iu,
  /^(?:[\w-]+\.)+(?:com|net|org|io|ai|dev|eu|cloud|local|internal|lan|svc|test|example)(?:\/\S*)?$/iu,
];

/** A reference to a variable whose name says what is in it. */
const REFERENCE = /^os\.environ\/(\w+)$/u;

/** Whether text is an address, or refers to a variable that holds one by its name. */
export const isPlace = (text: string): boolean =>
  PLACES.some((pattern) => pattern.test(text.trim())) ||
  isAddressName(REFERENCE.exec(text.trim())?.[1] ?? "");

const isText = (node: ConfigNode): boolean =>
  node.type === "scalar" && typeof node.value === "string" && node.text.trim() !== "";

/** Whether a mapping or list holds, at any depth, a key of such a name with a value. */
export function holdsAddress(node: ConfigNode, isName: (key: string) => boolean): boolean {
  if (node.type === "list") return node.items.some((item) => holdsAddress(item, isName));
  if (node.type !== "map") return false;
  return [...node.entries].some(
    ([key, { node: value }]) => (isName(key) && isText(value)) || holdsAddress(value, isName),
  );
}

/**
 * Whether a key that is not read looks as if it said where audio is sent: by its name, by its value,
 * or by an `api_base` inside. Addresses to which no audio goes by their name are left alone.
 */
export function looksLikeAddress(key: string, node: ConfigNode): boolean {
  if (isElsewhere(key)) return false;
  if (node.type !== "scalar") return holdsAddress(node, isAddressName);
  return isText(node) && (namesPlace(key) || isPlace(node.text));
}

/** Whether a value names something: text, a switch that is on, or anything inside. */
export function namesSomething(node: ConfigNode): boolean {
  if (node.type !== "scalar") return node.size > 1;
  return node.value === true || isText(node);
}
