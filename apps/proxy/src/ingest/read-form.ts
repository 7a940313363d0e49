import type { IncomingMessage } from "node:http";
import { TranscriptionError } from "@earshot/core";
import type { MemoryBudget } from "../upload/memory-budget.ts";
import type { SpoolFolder } from "../upload/spool-folder.ts";
import type { Upload } from "../upload/upload.ts";
import { boundaryOf } from "./boundary.ts";
import { createFormCollector } from "./form-collector.ts";
import type { FormCollector } from "./form-collector.ts";
import type { FormFields } from "./form-fields.ts";
import { MultipartParser } from "./multipart-parser.ts";
import { createUploadPace } from "./upload-pace.ts";

/** Bounds on one form; every one of them can be set in the config. */
export interface FormLimits {
  readonly maxBodyBytes: number;
  readonly maxFieldBytes: number;
  readonly maxParts: number;
  readonly maxHeaderBytes: number;
  /** Of the boundary in the content type, in characters. */
  readonly maxBoundaryLength: number;
  /** How long the client may send nothing, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** The least pace of a client that does send; 0 for none. */
  readonly minBytesPerSecond: number;
}

export interface FormSettings {
  readonly limits: FormLimits;
  /** Bytes of one upload that stay in memory. */
  readonly memoryBytes: number;
  readonly budget: MemoryBudget;
  readonly spool: SpoolFolder;
}

/** A form: its fields and, unless it names a URL, its one file. */
export interface Form {
  readonly fields: FormFields;
  readonly upload: Upload | undefined;
}

/** Called at most once, with what has come so far, when the file has begun and the rest takes a while. */
export type OnFlowing = (partial: Form) => void;

/** A smaller upload is mostly whole before a call that starts early would have gained anything. */
const FLOWING_BYTES = 256 * 1024;
const FLOWING_AFTER_MS = 10;
/** How far a client may fall behind the least pace. */
const PACE_GRACE_MS = 30_000;

const tooLarge = (limit: number): TranscriptionError =>
  new TranscriptionError(
    "audio_too_large",
    `The request is larger than the ${Math.floor(limit / 1024 / 1024)} MiB that this server accepts. Raise earshot_settings.max_request_size_mb to allow more.`,
    { param: "file" },
  );

const stalled = (message: string): TranscriptionError =>
  new TranscriptionError("upload_stalled", message, { param: "file" });

const bodyBytesOf = ({ headers }: IncomingMessage): number | undefined => {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
};

/**
 * Reads a multipart form as it arrives. Rejects with `invalid_request`, `audio_too_large` or
 * `upload_stalled` as soon as the form breaks a rule, with `aborted` when the client goes away; then
 * nothing is left behind.
 */
export async function readForm(
  incoming: IncomingMessage,
  settings: FormSettings,
  onFlowing: OnFlowing,
): Promise<Form> {
  const { limits } = settings;
  const boundary = boundaryOf(incoming.headers["content-type"], limits.maxBoundaryLength);
  const bodyBytes = bodyBytesOf(incoming);
  if ((bodyBytes ?? 0) > limits.maxBodyBytes) throw tooLarge(limits.maxBodyBytes);
  const collector = createFormCollector(settings, bodyBytes);
  const parser = new MultipartParser(boundary, collector, limits);
  try {
    await pump(incoming, { parser, collector, limits, onFlowing });
    const { form } = collector;
    form.upload?.end();
    return form;
  } catch (error) {
    await collector.form.upload?.dispose();
    throw error;
  }
}

interface Reading {
  readonly parser: MultipartParser;
  readonly collector: FormCollector;
  readonly limits: FormLimits;
  readonly onFlowing: OnFlowing;
}

/** Calls `onFlowing` once, as soon as the file is large or slow. */
const createFlowWatch = (collector: FormCollector, onFlowing: OnFlowing) => {
  let timer: NodeJS.Timeout | undefined;
  let told = false;
  const tell = (): void => {
    clearTimeout(timer);
    if (told) return;
    told = true;
    onFlowing(collector.form);
  };
  return {
    look: (): void => {
      const { upload } = collector.form;
      if (told || upload === undefined) return;
      if (upload.receivedBytes >= FLOWING_BYTES) tell();
      else timer ??= setTimeout(tell, FLOWING_AFTER_MS);
    },
    stop: (): void => {
      told = true;
      clearTimeout(timer);
    },
  };
};

const pump = (
  incoming: IncomingMessage,
  { parser, collector, limits, onFlowing }: Reading,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const { idleTimeoutMs, maxBodyBytes, minBytesPerSecond } = limits;
    const now = (): number => performance.now();
    const pace = createUploadPace({ minBytesPerSecond, graceMs: PACE_GRACE_MS, now });
    const flow = createFlowWatch(collector, onFlowing);
    let received = 0;
    let finished = false;
    const onIdle = (): void => {
      // While nothing is read, silence is no fault of the client.
      if (incoming.isPaused()) idle.refresh();
      else finish(stalled(`No byte of the upload came for ${idleTimeoutMs / 1000} seconds.`));
    };
    const idle = setTimeout(onIdle, idleTimeoutMs);
    const finish = (error?: unknown): void => {
      finished = true;
      clearTimeout(idle);
      flow.stop();
      incoming.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
      if (error === undefined) resolve();
      else {
        incoming.pause();
        reject(error);
      }
    };
    const waitFor = (room: Promise<void>): void => {
      incoming.pause();
      pace.pause();
      void room.then(() => {
        if (finished) return;
        pace.resume();
        idle.refresh();
        incoming.resume();
      });
    };
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        finish(error);
      }
    };
    const onData = (chunk: Buffer): void => {
      idle.refresh();
      received += chunk.length;
      if (received > maxBodyBytes) return finish(tooLarge(maxBodyBytes));
      if (pace.isTooSlow(chunk.length))
        return finish(
          stalled(
            `The upload comes at less than ${minBytesPerSecond} bytes a second, the value of earshot_settings.upload_min_bytes_per_second.`,
          ),
        );
      attempt(() => {
        parser.push(chunk);
        const room = collector.takeWait();
        if (room !== undefined) waitFor(room);
        flow.look();
      });
    };
    const onEnd = (): void =>
      attempt(() => {
        parser.end();
        finish();
      });
    const onGone = (): void =>
      finish(
        new TranscriptionError("aborted", "The client went away before its upload was complete."),
      );
    incoming.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
  });
