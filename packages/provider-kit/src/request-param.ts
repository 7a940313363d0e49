/** What serialisers make of nothing. */
const NOTHING: ReadonlySet<string> = new Set([
  "",
  "none",
  "null",
  "nil",
  "undefined",
  "nan",
  "na",
  "unknown",
  "body",
  "root",
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
export function toParamName(written: string | undefined): string | undefined {
  const name = written?.trim() ?? "";
  return /\s/u.test(name) || NOTHING.has(plain(name)) ? undefined : name;
}

/**
 * True when a place in a request holds what the operator of the gateway chose (a header, the query, the
 * model) and not the client: another deployment has other values there. A place is a list of steps, or
 * written as one: `body.model`.
 */
export function isOperatorsPlace(steps: readonly string[]): boolean {
  const names = steps
    .flatMap((step) => step.split(/[.[\]/$'",\s]+/u))
    .filter((name) => name !== "");
  const [first = ""] = names;
  if (names.length > 1 && OUTSIDE.has(first.toLowerCase())) return true;
  return names.some((name) => OPERATORS.has(plain(name)) || /^xi?-/iu.test(name));
}
