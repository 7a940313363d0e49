import { asArray, asNumber, asRecord, asString } from "./loose-readers.ts";

/** What a vendor's error body says, whatever its shape; undefined where it says nothing. */
export interface VendorError {
  /** Machine-readable codes and types, most telling first. */
  readonly codes: readonly string[];
  readonly message: string | undefined;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const NOTHING: VendorError = {
  codes: [],
  message: undefined,
  param: undefined,
  requestId: undefined,
};

const text = (value: unknown): string | undefined => {
  const trimmed = asString(value)?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
};

const CODE_FIELDS = ["code", "error_code", "err_code", "status", "category", "type"] as const;
const MESSAGE_FIELDS = [
  "message",
  "err_msg",
  "error_message",
  "errorMessage",
  "error_description",
  "msg",
  "title",
] as const;

/** A code is one word: RFC 9457 puts a URL into `type`, other vendors a number into `code`. */
const isCode = (value: string): boolean => /^[a-z][\w.-]*$/iu.test(value);

const codesOf = (fields: Fields): readonly string[] =>
  CODE_FIELDS.map((name) => text(fields[name])).filter(
    (value): value is string => value !== undefined && isCode(value),
  );

const firstText = (fields: Fields, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const found = text(fields[name]);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** FastAPI's list of what is wrong where. */
const fromValidation = (problems: readonly unknown[]): VendorError => {
  const found = problems.map(asRecord).filter((problem) => problem !== undefined);
  const parts = found.map((problem) => {
    const where = asArray(problem["loc"]).filter((step) => step !== "body");
    const message = firstText(problem, MESSAGE_FIELDS) ?? "is invalid";
    return where.length === 0 ? message : `${where.join(".")}: ${message}`;
  });
  const where = asArray(found[0]?.["loc"]).findLast((step) => asNumber(step) === undefined);
  const strings = problems.map(text).filter((problem) => problem !== undefined);
  const message = [...parts, ...strings].join("; ");
  const param = text(where);
  return {
    ...NOTHING,
    message: message === "" ? undefined : message,
    param: param === "body" ? undefined : param,
  };
};

const fromNested = (value: unknown): VendorError => {
  if (typeof value === "string") {
    const sentence = text(value);
    const isOneWord = sentence !== undefined && isCode(sentence);
    return { ...NOTHING, codes: isOneWord ? [sentence] : [], message: sentence };
  }
  if (Array.isArray(value)) return fromValidation(value);
  const fields = asRecord(value);
  return fields === undefined ? NOTHING : fromFields(fields);
};

const fromInner = (fields: Fields): readonly VendorError[] =>
  ["error", "detail", "details", "errors", "validation_errors", "innererror", "innerError"]
    .map((name) => fields[name])
    .filter((value) => value !== undefined && value !== null)
    .map(fromNested);

const fromFields = (fields: Fields): VendorError => {
  const inner = fromInner(fields);
  const own = firstText(fields, MESSAGE_FIELDS);
  const innerMessages = inner
    .map((error) => error.message)
    .filter((message) => message !== undefined);
  // A sentence says more than the one-word code that some vendors put into `error`.
  const message = innerMessages.find((candidate) => !isCode(candidate)) ?? own ?? innerMessages[0];
  const first = <T>(pick: (error: VendorError) => T | undefined): T | undefined =>
    inner.map(pick).find((value) => value !== undefined);
  return {
    codes: [...inner.flatMap((error) => error.codes), ...codesOf(fields)],
    message,
    param: text(fields["param"]) ?? first((error) => error.param),
    requestId: text(fields["request_id"]) ?? first((error) => error.requestId),
  };
};

/** What can still be read of JSON that was cut off. */
const fromTruncated = (body: string): VendorError => {
  const field = (name: string): string | undefined =>
    text(new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)`, "u").exec(body)?.[1]);
  const codes = ["code", "type", "err_code"].map(field).filter((code) => code !== undefined);
  const message = field("message") ?? field("err_msg") ?? field("detail") ?? field("error");
  return { ...NOTHING, codes: codes.filter(isCode), message };
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Reads an error body of any vendor: JSON of many shapes, cut-off JSON or plain text. Never throws. */
export function readVendorError(body: string): VendorError {
  const trimmed = body.trim();
  if (trimmed === "") return NOTHING;
  const parsed = parse(trimmed);
  if (parsed === null) return NOTHING;
  if (parsed !== undefined && typeof parsed !== "number") {
    // Google's OpenAI-compatible endpoint wraps its error into an array.
    const [only] = asArray(parsed);
    return fromNested(asRecord(only) ?? parsed);
  }
  if (/^[[{]/u.test(trimmed)) return fromTruncated(trimmed);
  return { ...NOTHING, message: trimmed };
}
