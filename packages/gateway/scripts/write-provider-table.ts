import { readFileSync, writeFileSync } from "node:fs";
import { withProviderTable } from "./provider-table.ts";

const readme = new URL("../../../README.md", import.meta.url);
writeFileSync(readme, withProviderTable(readFileSync(readme, "utf8")));
