import type { IncomingMessage } from "node:http";
import { TranscriptionError } from "@earshot/core";
import type { MemoryBudget } from "../upload/memory.ts";
import type { SpoolFolder } from "../upload/spool-folder.ts";
import type { Upload } from "../upload/upload.ts";
import { boundaryOf } from "./boundary.ts";
import { createFlowWatch } from "./flow-watch.ts";
import type { OnFlowing } from "./flow-watch.ts";
import { createFormCollector } from "./form-collector.ts";
import type { FormCollector } from "./form-collector.ts";
import type { FormFields } from "./form-fields.ts";
import { noteArrival } from "./garbage-collection.ts";
import { MultipartParser } from "./multipart-parser.ts";
import { createStallWatch } from "./stall-watch.ts";

/** Bounds on one form; every one of them can be set in the config. */
export interface FormLimits {
  readonly maxBodyBytes: number;
  /** Of the value of one text field. */
  readonly maxFieldBytes: number;
  /** Of the names and values of all text fields together; default 8 MiB. */
  readonly maxTextBytes?: number;
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
  /** Counts the text fields of all requests until each has ended; default: they have no common bound. */
  readonly textBudget?: MemoryBudget;
  readonly spool: SpoolFolder;
}

/** A form: its fields and, unless it names a URL, its one file. */
export interface Form {
  readonly fields: FormFields;
  readonly upload: Upload | undefined;
  /** Gives back what it holds, when its request has ended; may be called twice. */
  readonly dispose: () => Promise<void>;
}

const MIB = 1024 * 1024;

const tooLarge = (limit: number): TranscriptionError =>
  new TranscriptionError(
    "audio_too_large",
    `The request is larger than the ${Number((limit / MIB).toFixed(2))} MiB that this server accepts. Raise earshot_settings.max_request_size_mb to allow more.`,
    { param: "file" },
  );

const bodyBytesOf = ({ headers }: IncomingMessage): number | undefined => {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
};

/**
 * Reads a multipart form as it arrives. Rejects with `invalid_request`, `audio_too_large`,
 * `request_too_large` or `upload_stalled` as soon as the form breaks a rule, with `too_many_requests`
 * when its text has no room beside that of others, with `aborted` when the client goes away; then
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
    await collector.form.dispose();
    throw error;
  }
}

interface Reading {
  readonly parser: MultipartParser;
  readonly collector: FormCollector;
  readonly limits: FormLimits;
  readonly onFlowing: OnFlowing;
}

const gone = (): TranscriptionError =>
  new TranscriptionError("aborted", "The client went away before its upload was complete.");

/** Reads the body to its end, no faster than the upload can take it. */
const pump = (incoming: IncomingMessage, reading: Reading): Promise<void> =>
  new Promise((resolve, reject) => {
    const { parser, collector, limits, onFlowing } = reading;
    const flow = createFlowWatch(collector, onFlowing);
    let receivedBytes = 0;
    let finished = false;
    const finish = (error?: unknown): void => {
      if (finished) return;
      finished = true;
      stall.stop();
      flow.stop();
      incoming.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
      if (error === undefined) return resolve();
      incoming.pause();
      reject(error);
    };
    const stall = createStallWatch(limits, finish);
    const waitFor = async (room: Promise<void>): Promise<void> => {
      incoming.pause();
      stall.pause();
      await room;
      if (finished) return;
      stall.resume();
      incoming.resume();
    };
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        finish(error);
      }
    };
    const onData = (chunk: Buffer): void => {
      receivedBytes += chunk.length;
      if (receivedBytes > limits.maxBodyBytes) return finish(tooLarge(limits.maxBodyBytes));
      stall.arrived(chunk.length);
      noteArrival(chunk.length);
      attempt(() => {
        parser.push(chunk);
        const room = collector.takeWait();
        if (room !== undefined) void waitFor(room);
        flow.look();
      });
    };
    const onEnd = (): void =>
      attempt(() => {
        parser.end();
        finish();
      });
    const onGone = (): void => finish(gone());
    incoming.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
  });
