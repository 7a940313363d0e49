import type { probeAudio } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile, Clock, TranscriptEvent, TranscriptionRequest } from "@earshot/core";
import { checkRequest, throwIfAborted } from "@earshot/provider-kit";
import type { Place } from "./admission.ts";
import { cutAtPauses } from "./chunk/cut-at-pauses.ts";
import type { ModelEngines } from "./engine-shelf.ts";
import { SAMPLE_RATE } from "./engine/speech-engine.ts";
import type { Share } from "./engine/waiting-line.ts";
import { capabilitiesOfModel, languagePlan } from "./local-capabilities.ts";
import { LOCAL_KIND } from "./local-settings.ts";
import { MODEL_FAMILIES } from "./model-families.ts";
import type { LoadedModel } from "./shared-engine.ts";
import { transcriptEvents } from "./transcript-events.ts";

/** What all requests of a provider are served with. */
export interface RequestParts {
  readonly engines: ModelEngines;
  readonly maxAudioSeconds: number;
  readonly probe: typeof probeAudio;
  readonly decode: (
    audio: AudioFile,
    options: { readonly sampleRate: number; readonly signal: AbortSignal },
  ) => AsyncIterable<Float32Array>;
}

/** One request that is to be served. */
export interface RequestRun {
  readonly request: TranscriptionRequest;
  readonly audio: AudioFile;
  readonly caller: string;
  readonly clock: Clock;
  /** Also fires with `end`. */
  readonly signal: AbortSignal;
  /** Gives the request up for that reason. */
  readonly end: (reason: unknown) => void;
}

/** Encoders add some silence at both ends. */
const SLACK_SECONDS = 1;
/** A file that is there is measured sooner; one that is still arriving would be waited for. */
const PATIENCE_MS = 100;

const tooLong = (length: string, maxSeconds: number): TranscriptionError =>
  new TranscriptionError(
    "audio_too_long",
    `The audio is ${length}; the local engine takes ${maxSeconds} seconds at most. Cut it, or raise max_audio_seconds of the deployment.`,
    { param: "file" },
  );

/** Throws `audio_too_long` for a length that is known and over the limit. */
const requireLength = (seconds: number | undefined, maxSeconds: number): void => {
  if (seconds !== undefined && seconds > maxSeconds + SLACK_SECONDS)
    throw tooLong(`${Math.round(seconds)} seconds long`, maxSeconds);
};

/** Passes samples on up to the limit, whatever the file says about itself. Throws `audio_too_long`. */
async function* withinSeconds(
  audio: AsyncIterable<Float32Array>,
  maxSeconds: number,
): AsyncGenerator<Float32Array, void, undefined> {
  let samplesLeft = (maxSeconds + SLACK_SECONDS) * SAMPLE_RATE;
  for await (const block of audio) {
    samplesLeft -= block.length;
    if (samplesLeft < 0) throw tooLong(`longer than ${maxSeconds} seconds`, maxSeconds);
    yield block;
  }
}

/**
 * The length that the file states, in seconds; undefined when it does not, or when it would have to be
 * collected to find out. Rejects with the signal's error only: decoding tells what is wrong with a file.
 */
const statedSeconds = async (
  audio: AudioFile,
  probe: typeof probeAudio,
  signal: AbortSignal,
): Promise<number | undefined> => {
  if (audio.durationSeconds !== undefined || audio.read === undefined) return audio.durationSeconds;
  try {
    return (await probe(audio, signal)).durationSeconds;
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
};

/** What is known in a moment, else undefined. */
const soon = async <T>(pending: Promise<T>, clock: Clock): Promise<T | undefined> => {
  const over = Promise.withResolvers<undefined>();
  const cancel = clock.after(PATIENCE_MS, () => over.resolve(undefined));
  try {
    return await Promise.race([pending, over.promise]);
  } finally {
    cancel();
  }
};

/** What a request has got hold of. */
interface Holdings {
  readonly place: Place;
  readonly share: Share;
  readonly loaded: LoadedModel;
}

const eventsOf = (
  { decode, maxAudioSeconds }: RequestParts,
  { request: asked, audio, clock, signal }: RequestRun,
  { place, share, loaded }: Holdings,
): AsyncIterable<TranscriptEvent> => {
  const { model, pool } = loaded;
  const capabilities = capabilitiesOfModel(model.type, model.languages);
  const { request, warnings } = checkRequest({ kind: LOCAL_KIND, capabilities }, asked);
  const { spoken, written } = languagePlan(request, model);
  const { needsSpeech } = MODEL_FAMILIES[model.type];
  const options = { language: spoken, task: request.task, needsSpeech };
  const samples = decode(audio, { sampleRate: SAMPLE_RATE, signal });
  let turn = Promise.withResolvers<void>();
  return transcriptEvents({
    chunks: cutAtPauses(withinSeconds(samples, maxAudioSeconds)),
    transcribe: async ({ samples: chunk }) => {
      // The decoder takes the samples away.
      const seconds = chunk.length / SAMPLE_RATE;
      const { resolve } = (turn = Promise.withResolvers());
      let startedMs = 0;
      const onStart = (): void => {
        startedMs = clock.now();
        resolve();
      };
      const pieces = await pool.transcribe({ samples: chunk, options, signal, share, onStart });
      place.worked({ seconds, ms: clock.now() - startedMs, decoders: pool.decoders() });
      return pieces;
    },
    hasSpare: () => pool.hasSpare(),
    untilStarted: () => turn.promise,
    language: written,
    warnings,
  });
};

/**
 * Serves one request, which waits for nobody to read its events. Throws `audio_too_long` before any
 * decoding when the file states it soon enough, else as soon as it turns out; `queue_full` when too
 * much is waiting.
 */
export async function* runRequest(
  parts: RequestParts,
  run: RequestRun,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const { engines, probe, maxAudioSeconds } = parts;
  const { request, audio, caller, clock, signal } = run;
  const length = statedSeconds(audio, probe, signal);
  // It may be given up before anybody asks for it again.
  length.catch(() => {});
  const known = await soon(length, clock);
  requireLength(known, maxAudioSeconds);
  const place = engines.enter(request.model, { caller, seconds: known });
  // What is under way may take a moment to notice.
  signal.addEventListener("abort", () => place.leave(), { once: true });
  let share: Share | undefined;
  let expectedSeconds = known;
  const noteLength = (seconds: number | undefined): void => {
    requireLength(seconds, maxAudioSeconds);
    if (seconds === undefined) return;
    expectedSeconds = seconds;
    place.expect(seconds);
    if (share !== undefined) share.expectedSeconds = seconds;
  };
  length.then(noteLength).catch(run.end);
  try {
    const loaded = await engines.load(request.model, signal);
    share = loaded.pool.open(caller);
    share.expectedSeconds = expectedSeconds;
    yield* eventsOf(parts, run, { place, share, loaded });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    share?.close();
    place.leave();
  }
}
