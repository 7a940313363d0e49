import type { JsonValue } from "@earshot/core";

/** A position in a source file, in characters from its start. */
export interface Place {
  readonly source: SourceFile;
  readonly offset: number;
}

/** One config file as it was read. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Line and column, both from 1. */
  position(offset: number): { readonly line: number; readonly column: number };
}

/** Where something stands in a config file. */
export interface ConfigLocation {
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  /** From 1; 0 when the whole file is meant. */
  readonly column: number;
  /** The keys that lead there, such as `model_list[0].litellm_params.api_key`; empty for the file. */
  readonly path: string;
}

/** The keys and indexes that lead to a value. */
export type ConfigPath = readonly (string | number)[];

export type ConfigNode = ScalarNode | ListNode | MapNode;

interface Placed {
  readonly place: Place;
  /** How many values the node stands for once its aliases are written out. */
  readonly size: number;
  /** How many levels it has once its aliases are written out. */
  readonly height: number;
}

export interface ScalarNode extends Placed {
  readonly type: "scalar";
  /** As YAML understands it. */
  readonly value: string | number | boolean | null;
  /** As it is written, so that a date, a leading zero or a long number stays what it is. */
  readonly text: string;
}

export interface ListNode extends Placed {
  readonly type: "list";
  readonly items: readonly ConfigNode[];
}

export interface MapNode extends Placed {
  readonly type: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  /** Where the key stands. */
  readonly place: Place;
  readonly node: ConfigNode;
}

/** Whether the file says nothing there: YAML's null, also an empty value. */
export function isNull(node: ConfigNode): boolean {
  return node.type === "scalar" && node.value === null;
}

/** The value as JSON has it; numbers that JSON cannot hold exactly stay text. */
export function scalarValue(node: ScalarNode): JsonValue {
  if (typeof node.value !== "number") return node.value;
  const exact = Number.isInteger(node.value)
    ? Number.isSafeInteger(node.value)
    : Number.isFinite(node.value);
  return exact ? node.value : node.text;
}

const child = (node: ConfigNode, key: string | number): ConfigNode | undefined => {
  if (node.type === "map") return node.entries.get(String(key))?.node;
  return node.type === "list" ? node.items[Number(key)] : undefined;
};

/** The node at a path, or the nearest one above it that exists. */
export function nearestNode(node: ConfigNode, path: ConfigPath): ConfigNode {
  let current = node;
  for (const key of path) {
    const next = child(current, key);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

/** What a node is, for the end of "…, not". */
export function kindOf(node: ConfigNode): string {
  if (node.type === "list") return "a list";
  if (node.type === "map") return "a mapping";
  if (node.value === null) return "nothing";
  if (typeof node.value === "boolean") return "true or false";
  return typeof node.value === "number" ? "a number" : "text";
}
