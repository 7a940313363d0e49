// Plays the author of a provider outside of this repository: the example package is put beside the
// packed packages, passes the published conformance suite there, and answers a request through a
// server that loads it by name.
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

/** @typedef {{ folder: string, signal: AbortSignal }} Context */

const EXAMPLE = "docs/examples/third-party-provider";
const PACKAGE = "earshot-provider-parley";

/** A vendor on the loopback address, `earshot` in front of it, one request through both. */
const REQUEST = `
import { createServer } from "node:http";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const speech = JSON.parse(readFileSync("third-party/fixtures/speech.json", "utf8"));
const vendor = createServer((request, response) => {
  request.resume().on("end", () => {
    const { pathname, searchParams } = new URL(request.url, "http://vendor");
    const fits =
      pathname === "/v1/hear" &&
      searchParams.get("model") === "ear-1" &&
      searchParams.get("polish") === "true" &&
      request.headers["x-parley-key"] === "parley-test-key" &&
      request.headers["content-type"] === "audio/wav";
    response.writeHead(fits ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(fits ? speech.body : { error: "This is not what Parley wants." }));
  });
});
await new Promise((resolve) => vendor.listen(0, "127.0.0.1", resolve));
const { port } = vendor.address();
const server = spawn(
  process.execPath,
  ["node_modules/earshot/dist/main.mjs", "--config", "third-party/config.yaml", "--port", "0"],
  {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PARLEY_API_BASE: "http://127.0.0.1:" + port,
      PARLEY_API_KEY: "parley-test-key",
    },
  },
);
let output = "";
const address = new Promise((resolve, reject) => {
  const look = (text) => {
    output += text;
    const found = /http:\\/\\/127\\.0\\.0\\.1:\\d+/.exec(output);
    if (found) resolve(found[0]);
  };
  server.stdout.setEncoding("utf8").on("data", look);
  server.stderr.setEncoding("utf8").on("data", look);
  server.once("exit", () => reject(new Error("earshot ended: " + output)));
});
try {
  const wav = Buffer.alloc(32044);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(32036, 4);
  wav.write("WAVEfmt ", 8);
  wav.set([16, 0, 0, 0, 1, 0, 1, 0, 0x80, 0x3e, 0, 0, 0, 0x7d, 0, 0, 2, 0, 16, 0], 16);
  wav.write("data", 36);
  wav.writeUInt32LE(32000, 40);
  const form = new FormData();
  form.append("file", new File([wav], "talk.wav"));
  form.append("model", "whisper");
  form.append("response_format", "srt");
  const url = (await address) + "/v1/audio/transcriptions";
  const response = await fetch(url, { method: "POST", body: form });
  const text = await response.text();
  if (response.status !== 200 || !text.includes("Ask not.")) throw new Error(text);
} finally {
  server.kill();
  vendor.close();
}
`;

/**
 * One entry for each way in which the example does not work in a folder where the packed packages
 * are installed.
 *
 * @param {string} root
 * @param {Context} context
 * @returns {Promise<string[]>}
 */
export const thirdPartyProblems = async (root, { folder, signal }) => {
  cpSync(join(root, EXAMPLE), join(folder, "third-party"), { recursive: true });
  symlinkSync(join(folder, "third-party"), join(folder, "node_modules", PACKAGE), "dir");
  writeFileSync(join(folder, "third-party-request.mjs"), REQUEST);
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const [conformance, request] = await Promise.all([
    runCommand(["node", vitest, "run"], { cwd: join(folder, "third-party"), signal }),
    runCommand(["node", "third-party-request.mjs"], { cwd: folder, signal }),
  ]);
  return [
    ...(conformance.code === 0 ? [] : [`${EXAMPLE} does not conform:\n${conformance.output}`]),
    ...(request.code === 0 ? [] : [`${EXAMPLE} does not answer:\n${request.output}`]),
  ];
};
