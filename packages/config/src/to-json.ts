import type { JsonValue } from "@earshot/core";
import type { ConfigNode, ConfigPath, ScalarNode } from "./config-node.ts";
import { isNull, scalarValue } from "./config-node.ts";
import { referencedVariable } from "./environment.ts";
import { isSecretName } from "./mask-secrets.ts";
import type { ReadContext } from "./read-context.ts";

const scalarToJson = (
  node: ScalarNode,
  path: ConfigPath,
  context: ReadContext,
): JsonValue | undefined => {
  const name = path.findLast((key) => typeof key === "string") ?? "";
  const text = context.environment.textOf(node, path);
  if (text === undefined || referencedVariable(node) !== undefined) return text;
  // A key made of digits is still a key.
  return typeof node.value === "number" && isSecretName(name) ? text : scalarValue(node);
};

/**
 * Free-form values as JSON, references resolved. Undefined for null and, told, for a missing
 * variable; inside lists and mappings such entries are left out.
 */
export function toJson(
  node: ConfigNode,
  path: ConfigPath,
  context: ReadContext,
): JsonValue | undefined {
  if (isNull(node)) return undefined;
  if (node.type === "scalar") return scalarToJson(node, path, context);
  if (node.type === "list")
    return node.items.flatMap((item, index) => toJson(item, [...path, index], context) ?? []);
  const entries: [string, JsonValue][] = [];
  for (const [key, entry] of node.entries) {
    const value = toJson(entry.node, [...path, key], context);
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}
