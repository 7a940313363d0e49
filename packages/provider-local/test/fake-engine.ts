import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { createAdmission } from "../src/admission.ts";
import type { EngineShelf } from "../src/engine-shelf.ts";
import { DecoderPool } from "../src/engine/decoder-pool.ts";
import { SAMPLE_RATE } from "../src/engine/speech-engine.ts";
import type { Decoder } from "../src/engine/worker-decoder.ts";
import type { LocalModel } from "../src/model-families.ts";
import type { EngineSpec } from "../src/shared-engine.ts";

const model: LocalModel = {
  name: "moonshine-tiny-en",
  type: "moonshine",
  folder: "",
  files: {},
  tokens: "",
  vad: undefined,
  languages: ["en"],
  weightsBytes: 1,
  pinned: true,
};

const MS_PER_SECOND = 100;

/** An engine in virtual time, ten times as fast as speech, with a word for every chunk. */
export interface FakeEngine {
  readonly shelf: EngineShelf;
  /** How many seconds of audio were decoded so far, chunk by chunk. */
  readonly decoded: readonly number[];
  /** Ends the thread of every decoder at work. */
  readonly crash: () => void;
}

/** Creates it; the bounds of its queue come from the provider's settings. */
export function createFakeEngine(clock: Clock, decoders = 1): FakeEngine {
  const decoded: number[] = [];
  const alive = new Set<() => void>();

  const start = async (): Promise<Decoder> => {
    let isAlive = true;
    let fail: (error: TranscriptionError) => void = () => {};
    const die = (error: TranscriptionError): void => {
      isAlive = false;
      alive.delete(crash);
      fail(error);
    };
    const crash = (): void => die(new TranscriptionError("provider_error", "Its thread ended."));
    alive.add(crash);
    return {
      kind: "native",
      alive: () => isAlive,
      stop: async () => die(new TranscriptionError("aborted", "It was closed.")),
      transcribe: (samples) =>
        new Promise((resolve, reject) => {
          fail = reject;
          const seconds = samples.length / SAMPLE_RATE;
          clock.after(seconds * MS_PER_SECOND, () => {
            decoded.push(seconds);
            const times = { startSeconds: 0, endSeconds: seconds };
            const piece = {
              text: "word",
              words: [],
              wordTimesEstimated: true,
              language: undefined,
            };
            resolve([{ ...piece, ...times }]);
          });
        }),
    };
  };

  const open = ({ settings }: EngineSpec) => {
    const { maxConcurrency: concurrency = decoders, ...bounds } = settings;
    const admission = createAdmission({ ...bounds, concurrency });
    const pool = new DecoderPool({ start, limit: () => decoders });
    return {
      enter: admission.enter,
      load: async () => ({ model, pool }),
      isLoaded: () => true,
      close: () => pool.close(),
    };
  };
  let engine: ReturnType<typeof open> | undefined;
  return {
    decoded,
    crash: () => {
      for (const crash of alive) crash();
    },
    shelf: {
      lease: (spec) => {
        const opened = (engine ??= open(spec));
        return { engine: opened, release: () => opened.close() };
      },
    },
  };
}
