import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { audioOf, fieldValues, speechSample } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeUpstream } from "@earshot/provider-testkit/upstream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startCli } from "./cli-process.ts";
import { runCommand, startCommand } from "./fake-io.ts";
import { recording, whyNoSpeech } from "./recordings.ts";
import { temporaryFile, temporaryFolder } from "./temporary-folder.ts";

const missing = await whyNoSpeech();

/** Lower-case words without punctuation. */
const plainWords = (text: string): string =>
  (text.toLowerCase().match(/[a-z0-9']+/gu) ?? []).join(" ");

const KENNEDY =
  "and so my fellow americans ask not what your country can do for you ask what you can do for your country";

const upstreamOf = async (
  vendor: Parameters<typeof startFakeUpstream>[0],
): Promise<FakeUpstream> => {
  const upstream = await startFakeUpstream(vendor);
  onTestFinished(() => upstream.close());
  return upstream;
};

/** Answers every file with its own name. */
const echoing = (): Promise<FakeUpstream> =>
  upstreamOf((call) => {
    const file = call.body.type === "multipart" ? call.body.files[0] : undefined;
    return { body: { text: `This is ${file?.fileName ?? "nothing"}.` } };
  });

const folderWith = (...names: readonly string[]): string => {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), speechSample());
  }
  return folder;
};

describe.skipIf(missing !== undefined)("with the local engine", { timeout: 60_000 }, () => {
  test("real speech becomes all of its formats", async () => {
    const folder = temporaryFolder();
    const cli = startCli([
      "transcribe",
      recording("jfk.wav"),
      recording("librispeech-84-121550-0000.flac"),
      "--format",
      "text,json,srt,vtt,verbose_json",
      "--word-timestamps",
      "--quiet",
      "-o",
      folder,
    ]);
    expect(await cli.exitCode).toBe(0);
    expect(cli.stdout() + cli.stderr()).toBe("");
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    expect(readdirSync(folder)).toHaveLength(10);
    expect(plainWords(read("jfk.txt"))).toBe(KENNEDY);
    expect(plainWords(read("librispeech-84-121550-0000.txt"))).toMatch(
      /^but with full ravishment the hours of prime singing received they/u,
    );
    const text = read("jfk.txt").trim();
    expect(JSON.parse(read("jfk.json"))).toMatchObject({ text });
    expect(read("jfk.srt")).toMatch(/^1\n00:00:00,\d{3} --> 00:00:\d\d,\d{3}\nAnd so/u);
    expect(read("jfk.vtt")).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> /u);
    const verbose = JSON.parse(read("jfk.verbose.json")) as { words: { word: string }[] };
    expect(verbose).toMatchObject({ text, duration: 11, language: "english" });
    expect(plainWords(verbose.words.map(({ word }) => word).join(" "))).toBe(KENNEDY);
  });

  test("what the model cannot do is told, with what would work", async () => {
    const argv = ["transcribe", recording("goforward.wav"), "--format", "diarized_json"];
    const { exitCode, stderr } = await runCommand(argv);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/goforward\.wav: .*no speakers.*verbose_json/u);
  });
});

describe("a running server", () => {
  test("is asked as any other provider, with the key of EARSHOT_API_KEY", async () => {
    const upstream = await echoing();
    const file = temporaryFile("talk.wav", speechSample());
    const where = ["--url", `${upstream.url}/`, "--model", "group"];
    const { exitCode, stdout } = await runCommand(
      ["transcribe", file, ...where, "--language", "en", "--prompt", "Earshot"],
      { environment: { EARSHOT_API_KEY: "sk-test-key" } },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toBe("This is talk.wav.\n");
    const [call] = upstream.calls;
    expect(call).toMatchObject({
      path: "/v1/audio/transcriptions",
      headers: { authorization: "Bearer sk-test-key" },
    });
    const sent = (name: string): readonly string[] => (call ? fieldValues(call, name) : []);
    expect([sent("model"), sent("language"), sent("prompt")]).toEqual([
      ["group"],
      ["en"],
      ["Earshot"],
    ]);
    expect(call && audioOf(call)?.sizeBytes).toBe(speechSample().byteLength);
  });

  test("gets audio from stdin", async () => {
    const upstream = await echoing();
    const { stdout } = await runCommand(["transcribe", "-", "--url", upstream.url], {
      stdin: speechSample(),
    });
    expect(stdout).toBe("This is stdin.wav.\n");
  });

  test("a key on the command line goes before the variable, and is never printed", async () => {
    const upstream = await upstreamOf(() => ({ status: 401, body: { error: "sk-test-flag?" } }));
    const file = temporaryFile("talk.wav", speechSample());
    const { exitCode, stdout, stderr } = await runCommand(
      ["transcribe", file, "--url", upstream.url, "--api-key", "sk-test-flag"],
      { environment: { EARSHOT_API_KEY: "sk-test-variable" } },
    );
    expect(exitCode).toBe(1);
    expect(upstream.calls[0]?.headers["authorization"]).toBe("Bearer sk-test-flag");
    expect(stdout + stderr).not.toContain("sk-test");
  });
});

describe("several files", () => {
  test("are printed in order, each with its name, whichever is ready first", async () => {
    let answered = 0;
    const upstream = await upstreamOf(async (call) => {
      const name = call.body.type === "multipart" ? call.body.files[0]?.fileName : "";
      if (name === "a.wav") await vi.waitUntil(() => answered > 0);
      answered++;
      return { body: { text: `This is ${name}.` } };
    });
    const folder = folderWith("b.wav", "a.wav", "notes.txt", ".hidden.wav", "inside/c.wav");
    const argv = ["transcribe", folder, "--url", upstream.url, "--concurrency", "2"];
    const { stdout, exitCode } = await runCommand(argv);
    expect(exitCode).toBe(0);
    const titled = (name: string): string =>
      `==> ${join(folder, name)} <==\nThis is ${name.replace(/.*\//u, "")}.\n\n`;
    expect(stdout).toBe(titled("a.wav") + titled("b.wav"));
  });

  test("in JSON are one object a line that says whose it is; --recursive goes further", async () => {
    const upstream = await echoing();
    const folder = folderWith("b.wav", "inside/c.wav");
    const argv = ["transcribe", folder, "-r", "-f", "json", "--url", upstream.url];
    const { stdout } = await runCommand(argv);
    const lines = stdout.trim().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { file: join(folder, "b.wav"), text: "This is b.wav." },
      { file: join(folder, "inside/c.wav"), text: "This is c.wav." },
    ]);
  });

  test("do not hold each other up: all failures are told at the end, exit code 1", async () => {
    const upstream = await echoing();
    const folder = folderWith("a.wav", "b.wav");
    writeFileSync(join(folder, "a.wav"), "This is no audio.");
    const gone = join(folder, "gone.wav");
    const argv = ["transcribe", folder, gone, "--url", upstream.url, "-o", join(folder, "out")];
    const { exitCode, stderr } = await runCommand(argv);
    expect(exitCode).toBe(1);
    expect(readdirSync(join(folder, "out"))).toEqual(["b.txt"]);
    expect(stderr).toContain("2 of 3 files failed:");
    expect(stderr).toMatch(/a\.wav: .*not recognised as audio/u);
    expect(stderr).toMatch(/gone\.wav: .*cannot be read/u);
  });

  test("a folder without audio is no success", async () => {
    const { exitCode, stderr } = await runCommand(["transcribe", folderWith("inside/a.wav")]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/no audio files in .*--recursive/u);
  });
});

describe("results that are there already", () => {
  test("are skipped unless --overwrite is given", async () => {
    const upstream = await echoing();
    const folder = folderWith("a.wav");
    const file = join(folder, "a.wav");
    const out = join(folder, "a.md");
    writeFileSync(out, "Mine.");
    const argv = ["transcribe", file, "--url", upstream.url, "-o", out];
    const skipped = await runCommand(argv);
    expect(skipped).toMatchObject({ exitCode: 0 });
    expect(skipped.stderr).toMatch(/skipped 1 file .*--overwrite/u);
    expect(upstream.calls).toHaveLength(0);
    expect(readFileSync(out, "utf8")).toBe("Mine.");
    expect(await runCommand([...argv, "--overwrite"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(out, "utf8")).toBe("This is a.wav.\n");
  });

  test("an output's extension names the format", async () => {
    const upstream = await echoing();
    const folder = folderWith("a.wav");
    const out = join(folder, "a.json");
    await runCommand(["transcribe", join(folder, "a.wav"), "--url", upstream.url, "-o", out]);
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ text: "This is a.wav." });
  });

  test("of several formats only the missing ones are made", async () => {
    const upstream = await echoing();
    const folder = folderWith("a.wav");
    writeFileSync(join(folder, "a.txt"), "Mine.");
    const file = join(folder, "a.wav");
    await runCommand(["transcribe", file, "--url", upstream.url, "-f", "text,json", "-o", folder]);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("Mine.");
    expect(readFileSync(join(folder, "a.json"), "utf8")).toContain("This is a.wav.");
    expect(upstream.calls).toHaveLength(1);
  });
});

describe("Ctrl-C", () => {
  test("aborts the request, leaves no file behind and ends with 130", async () => {
    const upstream = await upstreamOf(() => ({ silent: true }));
    const folder = folderWith("a.wav", "b.wav");
    const out = join(folder, "out");
    const argv = ["transcribe", folder, "--url", upstream.url, "-o", out, "--concurrency", "1"];
    const command = startCommand(argv);
    await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), { timeout: 10_000 });
    command.send("SIGINT");
    expect(await command.exitCode).toBe(130);
    await vi.waitFor(() => expect(upstream.requests[0]?.aborted).toBe(true));
    expect(upstream.requests).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(["a.wav", "b.wav"]);
    expect(command.stderr()).toBe("");
  });
});

describe("progress", () => {
  test("is a bar on a terminal's stderr that is gone at the end, never on stdout", async () => {
    const upstream = await echoing();
    const folder = folderWith("a.wav", "b.wav");
    const argv = ["transcribe", folder, "--url", upstream.url];
    const { stdout, stderr } = await runCommand(argv, { columns: 60 });
    expect(stderr).toContain("2 of 2 files");
    expect(stderr.endsWith("\r\u001B[2K")).toBe(true);
    expect(stdout).not.toContain("\u001B");
    expect((await runCommand([...argv, "--quiet"], { columns: 60 })).stderr).toBe("");
  });
});
