import { TranscriptionError } from "@earshot/core";
import { Upload } from "../upload/upload.ts";
import type { UploadStorage } from "../upload/upload.ts";
import { FormText } from "./form-text.ts";
import type { FormFields, FormTextLimits, FormTextSettings } from "./form-text.ts";
import type { ParserLimits, PartHandler } from "./multipart-parser.ts";
import type { PartHeaders } from "./part-headers.ts";
import type { StallLimits } from "./stall-watch.ts";

/** Bounds on one form; every one of them can be set in the config. */
export interface FormLimits extends FormTextLimits, ParserLimits, StallLimits {
  readonly maxBodyBytes: number;
  /** Of the boundary in the content type, in characters. */
  readonly maxBoundaryLength: number;
}

export interface FormSettings extends FormTextSettings, UploadStorage {
  readonly limits: FormLimits;
}

/** A form: its fields and, unless it names a URL, its one file. */
export interface Form {
  readonly fields: FormFields;
  readonly upload: Upload | undefined;
  /** Gives back what it holds, when its request has ended; may be called twice. */
  readonly dispose: () => Promise<void>;
}

const FILE_FIELDS: ReadonlySet<string> = new Set(["file", "audio", "audio_file"]);

const invalid = (message: string, param: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param });

/** Collects what a parser finds. */
export interface FormCollector extends PartHandler {
  /** As far as it has come. */
  readonly form: Form;
  /** What the writer should wait for before it adds more; cleared by asking. */
  readonly takeWait: () => Promise<void> | undefined;
}

/**
 * Sorts the parts of a form into fields and the upload. A file is expected to be as long as if it were
 * the last part of a body of `bodyBytes`. Its methods throw `invalid_request`, and what `FormText` does.
 */
export function createFormCollector(
  settings: FormSettings,
  bodyBytes: number | undefined,
): FormCollector {
  const text = new FormText(settings);
  let upload: Upload | undefined;
  let inFile = false;
  let wait: Promise<void> | undefined;

  const startFile = (headers: PartHeaders, otherBytes: number): Upload => {
    if (!FILE_FIELDS.has(headers.name))
      throw invalid(
        `The file must be in the field 'file', not '${headers.name.slice(0, 100)}'.`,
        "file",
      );
    if (upload !== undefined)
      throw invalid("The form holds two files; send one for each request.", "file");
    const announcedBytes = (bodyBytes ?? -1) - otherBytes;
    return new Upload({
      fileName: headers.fileName || "audio",
      mediaType: headers.mediaType ?? "application/octet-stream",
      announcedBytes: announcedBytes < 0 ? undefined : announcedBytes,
      memoryBytes: settings.memoryBytes,
      budget: settings.budget,
      spool: settings.spool,
    });
  };

  const dispose = async (): Promise<void> => {
    text.release();
    await upload?.dispose();
  };

  return {
    get form() {
      return { fields: text.fields, upload, dispose };
    },
    takeWait: () => {
      const taken = wait;
      wait = undefined;
      return taken;
    },
    onPart: (headers, otherBytes) => {
      inFile = headers.fileName !== undefined;
      if (inFile) upload = startFile(headers, otherBytes);
      else text.begin(headers.name);
    },
    onData: (data) => {
      if (inFile) wait = upload?.write(data) ?? wait;
      else text.add(data);
    },
    onPartEnd: () => {
      if (!inFile) text.end();
    },
  };
}
