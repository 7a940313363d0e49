import type { IncomingMessage } from "node:http";
import { TranscriptionError } from "@earshot/core";
import type { MemoryBudget } from "../upload/memory-budget.ts";
import type { SpoolFolder } from "../upload/spool-folder.ts";
import { Upload } from "../upload/upload.ts";
import { boundaryOf } from "./boundary.ts";
import { addField } from "./form-fields.ts";
import type { FormFields } from "./form-fields.ts";
import { MultipartParser } from "./multipart-parser.ts";
import type { PartHeaders } from "./part-headers.ts";

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
}

export interface FormSettings {
  readonly limits: FormLimits;
  /** Bytes of one upload that stay in memory. */
  readonly memoryBytes: number;
  readonly budget: MemoryBudget;
  readonly spool: SpoolFolder;
}

/** A whole form: its fields and, unless it names a URL, its one file. */
export interface Form {
  readonly fields: FormFields;
  readonly upload: Upload | undefined;
}

const FILE_FIELDS: ReadonlySet<string> = new Set(["file", "audio", "audio_file"]);

const invalid = (message: string, param?: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, param === undefined ? {} : { param });

const tooLarge = (limit: number): TranscriptionError =>
  new TranscriptionError(
    "audio_too_large",
    `The request is larger than the ${Math.floor(limit / 1024 / 1024)} MiB that this server accepts.`,
    { param: "file" },
  );

/** Sorts the parts of a form into fields and the upload. Its methods throw `invalid_request`. */
const createCollector = (settings: FormSettings) => {
  const { limits } = settings;
  const fields = new Map<string, string[]>();
  let upload: Upload | undefined;
  let inFile = false;
  let name = "";
  let pieces: Buffer[] = [];
  let fieldBytes = 0;
  let wait: Promise<void> | undefined;

  const startFile = (headers: PartHeaders): void => {
    if (!FILE_FIELDS.has(headers.name))
      throw invalid(`The file must be in the field 'file', not '${headers.name}'.`, "file");
    if (upload !== undefined)
      throw invalid("The form holds two files; send one for each request.", "file");
    upload = new Upload({
      fileName:
        headers.fileName === undefined || headers.fileName === "" ? "audio" : headers.fileName,
      mediaType: headers.mediaType ?? "application/octet-stream",
      memoryBytes: settings.memoryBytes,
      budget: settings.budget,
      spool: settings.spool,
    });
  };

  return {
    fields,
    get upload() {
      return upload;
    },
    /** What the writer should wait for before it adds more; cleared by asking. */
    takeWait: (): Promise<void> | undefined => {
      const taken = wait;
      wait = undefined;
      return taken;
    },
    onPart: (headers: PartHeaders): void => {
      inFile = headers.fileName !== undefined;
      if (inFile) startFile(headers);
      name = headers.name;
      pieces = [];
      fieldBytes = 0;
    },
    onData: (data: Buffer): void => {
      if (inFile) {
        wait = upload?.write(data) ?? wait;
        return;
      }
      fieldBytes += data.length;
      if (fieldBytes > limits.maxFieldBytes)
        throw invalid(`The field '${name}' is longer than ${limits.maxFieldBytes} bytes.`, name);
      pieces.push(data);
    },
    onPartEnd: (): void => {
      if (inFile) upload?.end();
      else addField(fields, name, Buffer.concat(pieces).toString("utf8"));
    },
  };
};

/**
 * Reads a multipart form as it arrives. Rejects with `invalid_request` or `audio_too_large` as soon
 * as the form breaks a rule, with `aborted` when the client goes away; then nothing is left behind.
 */
export async function readForm(incoming: IncomingMessage, settings: FormSettings): Promise<Form> {
  const { limits } = settings;
  const boundary = boundaryOf(incoming.headers["content-type"], limits.maxBoundaryLength);
  if (Number(incoming.headers["content-length"] ?? 0) > limits.maxBodyBytes)
    throw tooLarge(limits.maxBodyBytes);
  const collector = createCollector(settings);
  try {
    const parser = new MultipartParser(boundary, collector, limits);
    await pump(incoming, { parser, collector, limits });
    return { fields: collector.fields, upload: collector.upload };
  } catch (error) {
    await collector.upload?.dispose();
    throw error;
  }
}

type Collector = ReturnType<typeof createCollector>;

interface Reading {
  readonly parser: MultipartParser;
  readonly collector: Collector;
  readonly limits: FormLimits;
}

const pump = (incoming: IncomingMessage, { parser, collector, limits }: Reading): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = 0;
    const idle = setTimeout(
      () =>
        finish(
          new TranscriptionError(
            "upload_stalled",
            `No byte of the upload came for ${limits.idleTimeoutMs / 1000} seconds.`,
            { param: "file" },
          ),
        ),
      limits.idleTimeoutMs,
    );
    const finish = (error?: unknown): void => {
      clearTimeout(idle);
      incoming.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
      if (error === undefined) resolve();
      else {
        incoming.pause();
        reject(error);
      }
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
      if (received > limits.maxBodyBytes) return finish(tooLarge(limits.maxBodyBytes));
      attempt(() => {
        parser.push(chunk);
        const wait = collector.takeWait();
        if (wait === undefined) return;
        incoming.pause();
        void wait.then(() => incoming.resume());
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
