import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { TranscriptionError } from "@earshot/core";
import type { FilePattern, FileRoles, LocalModel, ModelType } from "../model-families.ts";
import { MODEL_FAMILIES, MODEL_TYPES } from "../model-families.ts";

/** A folder with a model in it. */
export interface ModelFolder {
  readonly folder: string;
  /** Undefined: found out from the names of the files where they tell. */
  readonly type: ModelType | undefined;
}

/** The model's files as they were found. */
export interface FolderModel extends Pick<
  LocalModel,
  "type" | "files" | "languages" | "weightsBytes"
> {
  /** Path of the vocabulary; undefined when the folder has none. */
  readonly tokens: string | undefined;
}

const TOKENS = /^(?:.+-)?tokens\.txt$/u;
const WHISPER_TOKENS = /^.+-tokens\.txt$/u;
const ENGLISH_ONLY = /\.en[-.]/u;

const refuse = (message: string): TranscriptionError =>
  new TranscriptionError("provider_model_not_found", message);

/** Eight-bit weights are a quarter of the size and twice as fast, so they win. */
const pick = (names: readonly string[], { pattern }: FilePattern): string | undefined => {
  const fitting = names.filter((name) => pattern.test(name));
  return fitting.find((name) => name.includes("int8")) ?? fitting[0];
};

interface FoundLayout {
  readonly files: FileRoles<string>;
  /** Examples of the files that are not there. */
  readonly missing: readonly string[];
}

const findLayout = (names: readonly string[], layout: FileRoles<FilePattern>): FoundLayout => {
  const missing: string[] = [];
  const files = Object.entries(layout).flatMap(([role, file]) => {
    const name = pick(names, file);
    if (name === undefined) missing.push(file.example);
    return name === undefined ? [] : [[role, name] as const];
  });
  return { files: Object.fromEntries(files), missing };
};

/** The layout that lacks the fewest files. */
const bestLayout = (names: readonly string[], type: ModelType): FoundLayout => {
  const found = MODEL_FAMILIES[type].layouts.map((layout) => findLayout(names, layout));
  const [best = { files: {}, missing: [] }] = found.toSorted(
    (one, other) => one.missing.length - other.missing.length,
  );
  return best;
};

const fileCount = (type: ModelType, names: readonly string[]): number =>
  Object.keys(bestLayout(names, type).files).length;

/** The types that fit the names of the files; those that use the most of them. */
const fittingTypes = (names: readonly string[]): readonly ModelType[] => {
  const complete = MODEL_TYPES.filter((type) => bestLayout(names, type).missing.length === 0);
  const most = Math.max(...complete.map((type) => fileCount(type, names)));
  return complete.filter((type) => fileCount(type, names) === most);
};

const holds = (names: readonly string[]): string =>
  names.length === 0 ? "It is empty." : `It holds ${names.slice(0, 12).join(", ")}.`;

const detectType = (names: readonly string[], folder: string): ModelType => {
  const types = fittingTypes(names);
  const [type] = types;
  if (type === undefined) {
    throw refuse(`The folder ${folder} holds no model that Earshot knows. ${holds(names)}`);
  }
  if (types.includes("whisper") && names.some((name) => WHISPER_TOKENS.test(name)))
    return "whisper";
  if (types.length === 1) return type;
  throw refuse(
    `The model in ${folder} may be of several types. Set model_type to one of ${types.join(", ")}.`,
  );
};

const listFiles = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    throw new TranscriptionError(
      "provider_model_not_found",
      `The model folder ${folder} cannot be read. Check model_dir or EARSHOT_MODEL_DIR.`,
      { cause: error },
    );
  }
};

/**
 * Finds the files of a model by their names. Rejects with `provider_model_not_found` that says what
 * is missing.
 */
export async function openModelFolder({ folder, type: wanted }: ModelFolder): Promise<FolderModel> {
  const names = await listFiles(folder);
  const type = wanted ?? detectType(names, folder);
  const { files, missing } = bestLayout(names, type);
  if (missing.length > 0) {
    const lacks = missing.join(" and ");
    throw refuse(`The ${type} model in ${folder} lacks ${lacks}. ${holds(names)}`);
  }
  const paths = Object.entries(files).map(([role, name]) => [role, join(folder, name)] as const);
  const sizes = await Promise.all(paths.map(async ([, path]) => (await stat(path)).size));
  const tokens = names.find((name) => TOKENS.test(name));
  const english = type === "whisper" && paths.some(([, path]) => ENGLISH_ONLY.test(basename(path)));
  return {
    type,
    files: Object.fromEntries(paths),
    tokens: tokens === undefined ? undefined : join(folder, tokens),
    languages: english ? ["en"] : MODEL_FAMILIES[type].languages,
    weightsBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
