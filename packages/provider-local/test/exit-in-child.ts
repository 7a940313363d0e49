import { setTimeout as pause } from "node:timers/promises";
import type { LoadOptions } from "../src/engine/open-speech-engine.ts";
import { startDecoder } from "../src/engine/worker-decoder.ts";
import { madeSound } from "./made-sound.ts";

// A process of its own that ends while its engine is at work, and tells how by its exit code.

interface Input {
  readonly options: LoadOptions;
  readonly moment: "loading" | "decoding";
  readonly way: "exit" | "throw" | "close";
}

// The test that starts this process writes the argument.
const { options, moment, way } = JSON.parse(process.argv[2] ?? "") as Input;

const leave = async (stop: () => Promise<void>): Promise<void> => {
  if (way === "exit") process.exit(7);
  if (way === "throw") throw new Error("The program failed.");
  await stop();
  process.exitCode = 9;
};

if (moment === "loading") {
  const leaving = new AbortController();
  const starting = startDecoder(options, leaving.signal).catch(() => {});
  await pause(350);
  await leave(async () => {
    leaving.abort();
    await starting;
  });
} else {
  const decoder = await startDecoder(options, new AbortController().signal);
  const work = decoder.transcribe(madeSound([24, 0.3]), {
    language: undefined,
    task: "transcribe",
    needsSpeech: false,
  });
  work.catch(() => {});
  await pause(50);
  await leave(() => decoder.stop());
}
