import { workerData } from "node:worker_threads";
import llamaTokenizer from "llama-tokenizer-js";
import { writeFileAtomically } from "./write-file-atomically.ts";

const SPECIAL_TOKENS = 768;

const special = Array.from({ length: SPECIAL_TOKENS }, (_, index) => `<<ST_${index}>>`);
const lines = [...llamaTokenizer.vocabById, ...special].map(
  (token, id) => `${Buffer.from(token, "utf8").toString("base64")} ${id}\n`,
);
await writeFileAtomically(String(workerData), lines.join(""));
