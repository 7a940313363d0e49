import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { speechSample } from "@earshot/provider-testkit";
import { onTestFinished } from "vitest";

export interface UploadAnswer {
  readonly status: number | undefined;
  readonly text: string;
}

/** An upload that has begun on a connection of its own and waits to be ended. */
export interface SlowUpload {
  /** Sends the rest and resolves with the answer. Rejects when the connection broke. */
  readonly finish: () => Promise<UploadAnswer>;
  /** Resolves with true when the connection broke. */
  readonly broken: Promise<boolean>;
}

const BOUNDARY = "slow-upload";

const head = [
  `--${BOUNDARY}`,
  `content-disposition: form-data; name="model"`,
  "",
  "whisper",
  `--${BOUNDARY}`,
  `content-disposition: form-data; name="file"; filename="talk.wav"`,
  "content-type: audio/wav",
  "",
  "",
].join("\r\n");

/** Sends the first half of a form with a recording. */
export async function startSlowUpload(url: string): Promise<SlowUpload> {
  const sample = Buffer.from(speechSample());
  const half = sample.byteLength / 2;
  const upload = request(`${url}/v1/audio/transcriptions`, {
    method: "POST",
    agent: false,
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
  });
  onTestFinished(() => {
    upload.destroy();
  });
  const answered = once(upload, "response") as Promise<[IncomingMessage]>;
  const broken = answered.then(
    () => false,
    () => true,
  );
  await new Promise<void>((resolve, reject) => {
    upload.once("error", reject);
    upload.write(head + sample.subarray(0, half).toString("latin1"), "latin1", () => resolve());
  });
  return {
    broken,
    finish: async () => {
      upload.write(sample.subarray(half));
      upload.end(`\r\n--${BOUNDARY}--\r\n`);
      const [response] = await answered;
      return { status: response.statusCode, text: await text(response) };
    },
  };
}
