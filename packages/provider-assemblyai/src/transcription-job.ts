import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type {
  AudioSource,
  HttpBody,
  HttpCall,
  JsonObject,
  ProviderContext,
  Warning,
} from "@earshot/core";
import {
  asArray,
  asRecord,
  asString,
  callProvider,
  holdsSecret,
  joinUrl,
  pollUntil,
  readJson,
  secretsOf,
  toAbortError,
} from "@earshot/provider-kit";
import { classifyAssemblyaiError } from "./classify-assemblyai-error.ts";

const INTERVAL_MS = 1000;
const MAXIMUM_INTERVAL_MS = 5000;
/** The bound of every answer but a transcript. */
const SHORT_ANSWER_BYTES = 1024 * 1024;
/** Every word comes twice, alone and in its utterance: ten hours take some 14 MB. */
const TRANSCRIPT_BYTES = 24 * 1024 * 1024;
/** A vendor that asks for a longer pause is left: another deployment has answered by then. */
const PATIENCE_MS = 60_000;
/** So many questions in a row may fail before a job, which is paid for, is given up. */
const TOLERATED_FAILURES = 3;

/** Where to call, as whom, and with which headers, the key among them. */
export interface AssemblyaiServer {
  readonly id: string;
  readonly baseUrl: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values that must not appear in a message. */
  readonly secrets: readonly string[];
}

/** An answer of the vendor, read loosely. */
type Fields = Readonly<Record<string, unknown>>;

/** One call to the vendor and its JSON answer. */
type Ask = (
  method: HttpCall["method"],
  path: string,
  options?: {
    readonly body?: HttpBody;
    readonly query?: readonly (readonly [name: string, value: string])[];
    readonly limitBytes?: number;
  },
) => Promise<Fields>;

/** One attempt at one server. */
export interface Desk {
  readonly server: AssemblyaiServer;
  readonly context: ProviderContext;
  readonly ask: Ask;
  /** Everything that the calls authenticate themselves with. */
  readonly secrets: readonly string[];
}

const bad = ({ id }: AssemblyaiServer, problem: string): TranscriptionError =>
  new TranscriptionError("bad_response", `${id} answered ${problem}.`, { provider: id });

/** Opens the vendor's API for one attempt. Its calls reject as `callProvider` does, and with `bad_response`. */
export function openDesk(server: AssemblyaiServer, context: ProviderContext): Desk {
  const { id, baseUrl, headers, secrets } = server;
  const ask: Ask = async (method, path, options = {}) => {
    const { body = { type: "none" }, query = [], limitBytes = SHORT_ANSWER_BYTES } = options;
    const { text } = await callProvider(context, {
      provider: id,
      call: { method, url: joinUrl(baseUrl, path, query), headers, body },
      classify: classifyAssemblyaiError,
      secrets,
      limitBytes,
    });
    const fields = asRecord(readJson(text, id));
    if (fields === undefined) throw bad(server, "with JSON that is no object");
    return fields;
  };
  return { server, context, ask, secrets: secretsOf({ call: { url: baseUrl, headers }, secrets }) };
}

/** A text that the answer must hold. Throws `bad_response` without it. */
const requireText = (server: AssemblyaiServer, fields: Fields, name: string): string => {
  const text = asString(fields[name]) ?? "";
  if (text === "") throw bad(server, `without \`${name}\``);
  // Ids and states are shown in messages.
  if (holdsSecret(text, server.secrets)) throw bad(server, `with its key as \`${name}\``);
  return text;
};

/** A job that ended, well or not. */
export interface FinishedJob {
  readonly id: string;
  readonly state: Fields;
}

/**
 * Whether an uploaded file is where the vendor keeps them: on a host of its own, or on the origin of
 * the base URL.
 */
const isVendorUrl = (url: string, baseUrl: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname } = new URL(url);
  const isOwnHost = protocol === "https:" && /(?:^|\.)assemblyai\.com$/u.test(hostname);
  return isOwnHost || origin === new URL(baseUrl).origin;
};

/**
 * Where AssemblyAI finds the audio: a URL as it is, a file after its upload. Throws `bad_response`
 * when the upload is said to be anywhere but at the vendor's.
 *
 * @see https://www.assemblyai.com/docs/api-reference/files/upload
 */
export async function locateAudio(desk: Desk, audio: AudioSource): Promise<string> {
  if (audio.type === "url") return audio.url;
  const { server, ask } = desk;
  const body = { type: "raw", audio, contentType: "application/octet-stream" } as const;
  const url = requireText(server, await ask("POST", "v2/upload", { body }), "upload_url");
  if (isVendorUrl(url, server.baseUrl)) return url;
  throw new TranscriptionError(
    "bad_response",
    `${server.id} put the upload on a host that is not AssemblyAI's. Check its base URL.`,
    { provider: server.id },
  );
}

const pathOf = (id: string): string => `v2/transcript/${encodeURIComponent(id)}`;

const isPassing = (error: unknown): error is TranscriptionError =>
  TranscriptionError.is(error) && ERROR_POLICY[error.code].retry === "here";

/** Waits as long as the vendor asks for, on top of the usual pause. */
const pauseFor = async (
  retryAfterMs: number | undefined,
  { clock, signal }: ProviderContext,
): Promise<void> => {
  if (retryAfterMs === undefined) return;
  try {
    await clock.sleep(retryAfterMs, signal);
  } catch {
    // Only a fired signal wakes a sleeper early, and only the signal knows whether by a deadline.
    throw toAbortError(signal);
  }
};

/** Asks for the job's state; undefined when the vendor stumbled, which may not happen too often. */
const createLook = ({ ask, context }: Desk, id: string): (() => Promise<Fields | undefined>) => {
  let failures = 0;
  return async () => {
    try {
      const state = await ask("GET", pathOf(id), { limitBytes: TRANSCRIPT_BYTES });
      failures = 0;
      return state;
    } catch (error) {
      failures += 1;
      if (failures > TOLERATED_FAILURES || !isPassing(error)) throw error;
      if ((error.retryAfterMs ?? 0) > PATIENCE_MS) throw error;
      context.logger.debug({ failures }, "A question for a job failed and is asked again.");
      await pauseFor(error.retryAfterMs, context);
      return undefined;
    }
  };
};

/** A state that is not known is an end, too: nobody can tell that a transcript will come of it. */
const hasEnded = (server: AssemblyaiServer, state: Fields): boolean =>
  !["queued", "processing"].includes(requireText(server, state, "status"));

const requireSameJob = ({ id: provider }: AssemblyaiServer, state: Fields, id: string): void => {
  const told = state["id"] ?? id;
  if (told === id) return;
  const message = `${provider} answered with another job than asked.`;
  throw new TranscriptionError("bad_response", message, { provider, requestId: id });
};

/**
 * Creates the job and waits until it has ended, in pauses from one second to five. Nothing but the
 * context's signal limits the time.
 *
 * @see https://www.assemblyai.com/docs/api-reference/transcripts/submit
 */
export async function runJob(desk: Desk, fields: JsonObject): Promise<FinishedJob> {
  const { server, context, ask } = desk;
  const body = { type: "json", value: fields } as const;
  const created = await ask("POST", "v2/transcript", { body });
  const id = requireText(server, created, "id");
  const look = createLook(desk, id);
  let isNew = true;
  const poll = async (): Promise<Fields | undefined> => {
    // No job is done by the time it was created.
    if (isNew) {
      isNew = false;
      return undefined;
    }
    const state = await look();
    if (state !== undefined) requireSameJob(server, state, id);
    return state !== undefined && hasEnded(server, state) ? state : undefined;
  };
  const pace = { intervalMs: INTERVAL_MS, maximumIntervalMs: MAXIMUM_INTERVAL_MS };
  return { id, state: await pollUntil({ context, poll, ...pace }) };
}

/**
 * Deletes the transcript and the upload at the vendor's. A refusal becomes a warning: the transcript
 * is there.
 *
 * @see https://www.assemblyai.com/docs/api-reference/transcripts/delete
 */
export async function deleteJob(desk: Desk, id: string): Promise<readonly Warning[]> {
  try {
    await desk.ask("DELETE", pathOf(id));
    return [];
  } catch (error) {
    if (desk.context.signal.aborted || !TranscriptionError.is(error)) throw error;
    const message = `The transcript ${id} is still stored at AssemblyAI: ${error.message}`;
    return [{ param: "delete_after", message }];
  }
}

/** What a failed job says; undefined for one that ended well, with a text or without any error. */
export function failureOf({
  state,
}: FinishedJob): { readonly error: string | undefined } | undefined {
  const error = asString(state["error"]);
  if (state["status"] !== "completed") return { error };
  const hasText = (asString(state["text"]) ?? "") !== "" || asArray(state["words"]).length > 0;
  return error === undefined || error === "" || hasText ? undefined : { error };
}
