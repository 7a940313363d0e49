import type { IncomingMessage } from "node:http";
import { TranscriptionError } from "@earshot/core";
import { createFormCollector } from "./form-collector.ts";
import type { Form, FormCollector, FormLimits, FormSettings } from "./form-collector.ts";
import { noteArrival } from "./garbage-collection.ts";
import { MultipartParser } from "./multipart-parser.ts";
import { createStallWatch } from "./stall-watch.ts";

const MIB = 1024 * 1024;
/** A smaller upload is mostly whole before a call that starts early would have gained anything. */
const FLOWING_BYTES = 256 * 1024;
const FLOWING_AFTER_MS = 10;

const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^;\s"]+))/iu;

const invalid = (message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message);

/** A header may be long; an error that repeats it should not be. */
const shown = (contentType = "missing"): string =>
  contentType.length > 100 ? `${contentType.slice(0, 100)}…` : contentType;

/** RFC 2046 allows a boundary of 70 characters, and some clients send a little more. */
const boundaryOf = (contentType: string | undefined, maxLength: number): string => {
  if (contentType === undefined || !/^multipart\/form-data\b/iu.test(contentType))
    throw invalid(
      `Send the request as multipart/form-data with the audio in the field 'file'; the content type was ${shown(contentType)}.`,
    );
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? "";
  if (boundary === "")
    throw invalid(
      "The content type names no boundary. Send 'multipart/form-data; boundary=…' with the text that separates the parts; most HTTP clients write this header by themselves when it is left out.",
    );
  if (boundary.length > maxLength)
    throw invalid(
      `The boundary in the content type has ${boundary.length} characters; ${maxLength} are accepted. Raise earshot_settings.max_boundary_length to allow more.`,
    );
  return boundary;
};

const tooLarge = (limit: number): TranscriptionError =>
  new TranscriptionError(
    "audio_too_large",
    `The request is larger than the ${Number((limit / MIB).toFixed(2))} MiB that this server accepts. Raise earshot_settings.max_request_size_mb to allow more.`,
    { param: "file" },
  );

/** Calls back at most once, as soon as the file is large or slow. */
const createFlowWatch = (collector: FormCollector, onFlowing: (partial: Form) => void) => {
  let timer: NodeJS.Timeout | undefined;
  let told = false;
  const stop = (): void => {
    told = true;
    clearTimeout(timer);
  };
  const tell = (): void => {
    stop();
    onFlowing(collector.form);
  };
  return {
    /** To be called whenever something has come. */
    look: (): void => {
      const upload = told ? undefined : collector.form.upload;
      if (upload === undefined) return;
      if (upload.receivedBytes >= FLOWING_BYTES) tell();
      else timer ??= setTimeout(tell, FLOWING_AFTER_MS);
    },
    stop,
  };
};

/** Where the body goes. */
interface Sink {
  /** Answers what to wait for before more is pushed. */
  readonly push: (chunk: Buffer) => Promise<void> | undefined;
  readonly end: () => void;
}

/** Reads the body to its end, no faster than the sink can take it. */
const pump = (incoming: IncomingMessage, limits: FormLimits, sink: Sink): Promise<void> =>
  new Promise((resolve, reject) => {
    let receivedBytes = 0;
    let finished = false;
    const finish = (error?: unknown): void => {
      if (finished) return;
      finished = true;
      stall.stop();
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
    const onData = (chunk: Buffer): void => {
      receivedBytes += chunk.length;
      if (receivedBytes > limits.maxBodyBytes) return finish(tooLarge(limits.maxBodyBytes));
      stall.arrived(chunk.length);
      noteArrival(chunk.length);
      try {
        const room = sink.push(chunk);
        if (room !== undefined) void waitFor(room);
      } catch (error) {
        finish(error);
      }
    };
    const onEnd = (): void => {
      try {
        sink.end();
        finish();
      } catch (error) {
        finish(error);
      }
    };
    const onGone = (): void =>
      finish(
        new TranscriptionError("aborted", "The client went away before its upload was complete."),
      );
    incoming.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
  });

/**
 * Reads a multipart form as it arrives. Calls `onFlowing` at most once, with what has come so far, when
 * the file has begun and the rest takes a while. Rejects with `invalid_request`, `audio_too_large`,
 * `request_too_large` or `upload_stalled` as soon as the form breaks a rule, with `too_many_requests`
 * when its text has no room beside that of others, with `aborted` when the client goes away; then
 * nothing is left behind.
 */
export async function readForm(
  incoming: IncomingMessage,
  settings: FormSettings,
  onFlowing: (partial: Form) => void,
): Promise<Form> {
  const { limits } = settings;
  const { "content-type": contentType, "content-length": length } = incoming.headers;
  const boundary = boundaryOf(contentType, limits.maxBoundaryLength);
  const bodyBytes = length === undefined ? undefined : Number(length);
  if ((bodyBytes ?? 0) > limits.maxBodyBytes) throw tooLarge(limits.maxBodyBytes);
  const collector = createFormCollector(settings, bodyBytes);
  const parser = new MultipartParser(boundary, collector, limits);
  const flow = createFlowWatch(collector, onFlowing);
  try {
    await pump(incoming, limits, {
      push: (chunk) => {
        parser.push(chunk);
        const room = collector.takeWait();
        flow.look();
        return room;
      },
      end: () => parser.end(),
    });
    flow.stop();
    const { form } = collector;
    form.upload?.end();
    return form;
  } catch (error) {
    flow.stop();
    await collector.form.dispose();
    throw error;
  }
}
