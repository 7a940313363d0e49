import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { TranscriptionError } from "@earshot/core";
import { untilAborted } from "../until-aborted.ts";
import type { WorkerAnswer, WorkerRequest } from "./engine-worker.ts";
import type { LoadOptions } from "./open-speech-engine.ts";
import { workerUrl } from "./worker-url.ts";

const lastLineOf = (text: string): string => {
  const lines = text.split("\n").map((line) => line.trim());
  // sherpa-onnx starts each line with its own source file and line.
  return (lines.findLast((line) => line !== "") ?? "").replace(/^\/\S+:\d+ /u, "");
};

const refusal = ({ model }: LoadOptions, reason: string): TranscriptionError =>
  new TranscriptionError(
    "provider_model_not_found",
    `The model in ${model.folder} does not load as ${model.type}: ${reason || "the engine gave no reason."} ` +
      "Check model_type, and that all files of the folder belong together and are complete.",
  );

const firstAnswer = async (child: ChildProcess): Promise<WorkerAnswer | undefined> => {
  const answered = once(child, "message").then(([answer]: readonly WorkerAnswer[]) => answer);
  const ended = once(child, "close").then(() => undefined);
  return Promise.race([answered, ended]);
};

/**
 * Loads a model once in a process of its own: sherpa-onnx ends the whole process over files that do
 * not belong to the model type. Rejects with `provider_model_not_found` when the model does not load.
 */
export async function probeModel(options: LoadOptions, signal: AbortSignal): Promise<void> {
  const child = fork(fileURLToPath(workerUrl("engine", "engine-worker")), [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-4096);
  });
  const request: WorkerRequest = { type: "load", id: 1, options };
  try {
    child.send(request);
    const answer = await untilAborted(firstAnswer(child), signal);
    if (answer?.type === "loaded") return;
    const said = answer?.type === "failed" ? answer.message : "";
    throw refusal(options, lastLineOf(complaint) || said);
  } finally {
    child.kill("SIGKILL");
  }
}
