import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jsonSchema } from "../src/index.ts";
import { referencePage } from "./reference-page.ts";

const docs = new URL("../../../docs/", import.meta.url);
const files: readonly (readonly [string, string])[] = [
  ["config.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`],
  ["configuration.md", referencePage()],
];

for (const [name, text] of files) writeFileSync(new URL(name, docs), text);

const paths = files.map(([name]) => fileURLToPath(new URL(name, docs)));
execFileSync("pnpm", ["exec", "oxfmt", ...paths], { stdio: "inherit" });
