import { ERROR_CODES, ERROR_POLICY, RULE_NAMES, RULES } from "@earshot/core";
import type { ErrorPolicy, Rule } from "@earshot/core";

const RETRY: Readonly<Record<ErrorPolicy["retry"], string>> = {
  never: "no",
  elsewhere: "another deployment",
  here: "another deployment, later the same",
};
const HEALTH: Readonly<Record<ErrorPolicy["health"], string>> = {
  none: "",
  count: "counts",
  trip: "cools down at once",
};
const DROP: Readonly<Record<NonNullable<Rule["drop"]>, string>> = {
  field: "leaves the field out",
  answer: "answers without it",
};

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] => [row(head), row(head.map(() => "---")), ...rows.map(row)];

const codeRow = (code: (typeof ERROR_CODES)[number]): readonly string[] => {
  const { httpStatus, meaning, retry, health, clientRetry } = ERROR_POLICY[code];
  return [
    `\`${code}\``,
    String(httpStatus),
    meaning,
    RETRY[retry],
    HEALTH[health],
    clientRetry ? "yes" : "no",
  ];
};

const ruleRow = (name: (typeof RULE_NAMES)[number]): readonly string[] => {
  const { about, kind, code, param, drop } = RULES[name];
  return [
    about,
    `\`${param}\``,
    kind,
    code === undefined ? "" : `\`${code}\``,
    kind === "ignore" || drop === undefined ? "" : DROP[drop],
  ];
};

/** docs/errors.md, from the tables that decide: `ERROR_POLICY` and `RULES` of `@earshot/core`. */
export const errorsPage = (): string =>
  [
    "# Errors and verdicts",
    "",
    "Written by `pnpm write-docs` from `ERROR_POLICY` and `RULES` in `packages/core/src`.",
    "",
    "## Codes",
    "",
    "`error.code` of every answer that is no transcript. Where several deployments failed, the code is",
    "that of the failure which tells most, and the message lists them all.",
    "",
    ...table(
      ["code", "status", "meaning", "tried again", "deployment's health", "`x-should-retry`"],
      ERROR_CODES.map(codeRow),
    ),
    "",
    "## What a model cannot do",
    "",
    "Before anything is sent, each deployment is judged by what the request asks and its model can:",
    "",
    "- **refuse**: the request is wrong whichever model gets it;",
    "- **elsewhere**: this deployment is passed over, another one may do it;",
    "- **adapt**: the same; it could do it with other audio, split or converted, which nothing does yet;",
    "- **estimate**: it does it less well, and is taken after those that do it right;",
    "- **ignore**: a mere hint, left out with a warning in `x-earshot-warnings`.",
    "",
    "The code is the client's when every deployment is passed over. With `drop_params` a deployment does",
    "what the last column says instead, with a warning.",
    "",
    ...table(["asked", "field", "verdict", "code", "with `drop_params`"], RULE_NAMES.map(ruleRow)),
    "",
  ].join("\n");
