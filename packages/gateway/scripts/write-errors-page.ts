import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorsPage } from "./errors-page.ts";

const path = fileURLToPath(new URL("../../../docs/errors.md", import.meta.url));
writeFileSync(path, errorsPage());
execFileSync("pnpm", ["exec", "oxfmt", path], { stdio: "inherit" });
