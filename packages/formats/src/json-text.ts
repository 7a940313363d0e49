import { doAtOnce } from "@earshot/core";
import type { JsonObject, LongWork } from "@earshot/core";

/** How many items of a list become text at once. */
const PIECE_ITEMS = 256;

const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed() : value;

const toWhole = (value: unknown): string | undefined => {
  // Undefined for what JSON does not know, whatever its type says.
  const text: string | undefined = JSON.stringify(value);
  // Only halves are escaped like this, or the backslash is the text's own.
  return text !== undefined && text.includes("\\ud") ? JSON.stringify(value, wellFormed) : text;
};

const isLong = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > PIECE_ITEMS;

function* toPieces(list: readonly unknown[]): LongWork<string> {
  const pieces: string[] = [];
  for (let from = 0; from < list.length; from += PIECE_ITEMS) {
    yield;
    pieces.push(toWhole(list.slice(from, from + PIECE_ITEMS))?.slice(1, -1) ?? "");
  }
  return `[${pieces.join(",")}]`;
}

/** As `toJsonText`, as long work. */
export function* jsonTextWork(value: JsonObject): LongWork<string> {
  if (!Object.values(value).some(isLong)) return toWhole(value) ?? "";
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    const text = isLong(member) ? yield* toPieces(member) : toWhole(member);
    if (text !== undefined) members.push(`${toWhole(name)}:${text}`);
  }
  return `{${members.join(",")}}`;
}

/** JSON in which every character is whole: many parsers refuse halves (`\\ud83d` alone). */
export const toJsonText = (value: JsonObject): string => doAtOnce(jsonTextWork(value));
