import { parseJson } from "@earshot/core";
import { asArray, asNumber, asRecord, asString } from "./loose-readers.ts";

/** What serialisers make of nothing. */
const NO_NAMES: ReadonlySet<string> = new Set([
  "",
  ..."none null nil undefined nan na unknown body root".split(" "),
]);

/** Where FastAPI and its like find what the operator sent, not the client. */
const OUTSIDE: ReadonlySet<string> = new Set(
  "header headers cookie cookies path query params querystring url_path".split(" "),
);

/** What a deployment is configured with; only a wildcard leaves the model to the client. */
const OPERATORS: ReadonlySet<string> = new Set(
  (
    "model models modelid modelname modelsize speechmodel speechmodels deployment deploymentid deploymentname " +
    "engine engineid apiversion version apikey key xapikey xiapikey token accesstoken bearertoken authtoken " +
    "auth authorization authentication credentials password secret organization organizationid orgid project " +
    "projectid workspace workspaceid tenant tenantid account accountid region endpoint baseurl apibase host " +
    "useragent contenttype contentlength accept boundary"
  ).split(" "),
);

const plain = (step: string): string => step.toLowerCase().replace(/[^a-z0-9]/gu, "");

/** The name of a field as the vendor writes it; undefined for what names none, such as Python's "None". */
function toParamName(written: string | undefined): string | undefined {
  const name = written?.trim() ?? "";
  return /\s/u.test(name) || NO_NAMES.has(plain(name)) ? undefined : name;
}

/**
 * True when a place in a request holds what the operator of the gateway chose (a header, the query, the
 * model) and not the client: another deployment has other values there. A place is a list of steps, or
 * written as one: `body.model`.
 */
function isOperatorsPlace(steps: readonly string[]): boolean {
  const names = steps
    .flatMap((step) => step.split(/[.[\]/$'",\s]+/u))
    .filter((name) => name !== "");
  const [first = ""] = names;
  if (names.length > 1 && OUTSIDE.has(first.toLowerCase())) return true;
  return names.some((name) => OPERATORS.has(plain(name)) || /^xi?-/iu.test(name));
}

/** What a vendor's error body says, whatever its shape; undefined where it says nothing. */
export interface VendorError {
  /** Machine-readable codes and types, most telling first. */
  readonly codes: readonly string[];
  readonly message: string | undefined;
  readonly param: string | undefined;
  /** True when it is about what the operator chose: the model, a header, the query. */
  readonly isOperators: boolean;
  readonly requestId: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const NOTHING: VendorError = {
  codes: [],
  message: undefined,
  param: undefined,
  isOperators: false,
  requestId: undefined,
};

const text = (value: unknown): string | undefined => {
  const trimmed = asString(value)?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
};

const CODE_FIELDS = [
  "code",
  "error_code",
  "err_code",
  "status",
  "reason",
  "category",
  "type",
] as const;
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

const isPresent = <T>(value: T | undefined): value is T => value !== undefined;

/** One entry of a list of problems, with the place that it is about. */
const toProblem = (entry: unknown): string | undefined => {
  const fields = asRecord(entry);
  if (fields === undefined) return text(entry);
  const message = firstText(fields, MESSAGE_FIELDS);
  const where = asArray(fields["loc"]).filter((step) => step !== "body");
  return message === undefined || where.length === 0 ? message : `${where.join(".")}: ${message}`;
};

/** The field that a place ends in, without the numbers of its entries. */
const fieldAt = (place: readonly unknown[]): string | undefined =>
  toParamName(text(place.findLast((step) => asNumber(step) === undefined)));

/** A list of what is wrong where, as FastAPI and Google have it. */
const fromList = (entries: readonly unknown[]): VendorError => {
  const records = entries.map(asRecord).filter(isPresent);
  const messages = entries.map(toProblem).filter(isPresent);
  const places = records.map((record) => asArray(record["loc"]));
  const isOperators = places.some((place) => isOperatorsPlace(place.map(String)));
  return {
    ...NOTHING,
    codes: records.flatMap(codesOf),
    message: messages.length === 0 ? undefined : messages.join("; "),
    param: isOperators ? undefined : fieldAt(places[0] ?? []),
    isOperators,
  };
};

/** Deeper than any vendor nests its errors. */
const MAXIMUM_DEPTH = 4;

const fromValue = (value: unknown, depth: number): VendorError => {
  if (typeof value === "string") {
    const sentence = text(value);
    const isOneWord = sentence !== undefined && isCode(sentence);
    return { ...NOTHING, codes: isOneWord ? [sentence] : [], message: sentence };
  }
  if (Array.isArray(value)) return fromList(value);
  const fields = asRecord(value);
  return fields === undefined || depth > MAXIMUM_DEPTH ? NOTHING : fromFields(fields, depth);
};

const fromFields = (fields: Fields, depth: number): VendorError => {
  const read = (name: string): VendorError => fromValue(fields[name], depth + 1);
  const inner = ["error", "detail", "errors", "validation_errors"].map(read);
  // Mistral wraps FastAPI's errors into the place of its sentence.
  if (asRecord(fields["message"]) !== undefined) inner.push(read("message"));
  // These explain the message and do not replace it.
  const further = ["details", "innererror", "innerError"].map(read);
  const all = [...inner, ...further];
  const told = inner.map(({ message }) => message).filter(isPresent);
  const param = toParamName(text(fields["param"]));
  return {
    codes: [...all.flatMap(({ codes }) => codes), ...codesOf(fields)],
    message:
      // A sentence says more than the one-word code that some vendors put into `error`.
      told.find((message) => !isCode(message)) ??
      firstText(fields, MESSAGE_FIELDS) ??
      told[0] ??
      further.map(({ message }) => message).find(isPresent),
    param: param ?? all.map((each) => each.param).find(isPresent),
    isOperators:
      isOperatorsPlace(param === undefined ? [] : [param]) ||
      all.some(({ isOperators }) => isOperators),
    requestId: text(fields["request_id"]) ?? all.map(({ requestId }) => requestId).find(isPresent),
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

/** Reads an error body of any vendor: JSON of many shapes, cut-off JSON or plain text. Never throws. */
export function readVendorError(body: string): VendorError {
  const trimmed = body.trim();
  if (trimmed === "") return NOTHING;
  const parsed: unknown = parseJson(trimmed);
  if (parsed === null) return NOTHING;
  if (parsed !== undefined && typeof parsed !== "number") {
    // Google's OpenAI-compatible endpoint wraps its error into an array.
    const [only] = asArray(parsed);
    return fromValue(asRecord(only) ?? parsed, 0);
  }
  // ffmpeg and Python begin with a bracket, too: `[mp3 @ 0x1]`, `[Errno 28]`.
  if (/^(?:\{|\[\s*(?:[[{"]|$))/u.test(trimmed)) return fromTruncated(trimmed);
  return { ...NOTHING, message: trimmed };
}
