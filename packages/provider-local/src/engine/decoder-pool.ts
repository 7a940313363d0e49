import { TranscriptionError } from "@earshot/core";
import type { ChunkOptions, Piece } from "../chunk/transcribe-chunk.ts";
import { untilAborted } from "../until-aborted.ts";
import { closedError, SAMPLE_RATE } from "./speech-engine.ts";
import { createWaitingLine } from "./waiting-line.ts";
import type { Share, Turn } from "./waiting-line.ts";
import type { Decoder } from "./worker-decoder.ts";

export interface DecoderPoolSettings {
  readonly start: (signal: AbortSignal) => Promise<Decoder>;
  /** Most decoders at once, by the kind of the first; each one holds the whole model. */
  readonly limit: (kind: Decoder["kind"]) => number;
}

/** One chunk to transcribe. The signal takes it out of the line; one under way is let go. */
export interface ChunkJob {
  readonly samples: Float32Array;
  readonly options: ChunkOptions;
  readonly signal: AbortSignal;
  /** Of the request that it belongs to. */
  readonly share?: Share;
  /** Called when its turn has come. */
  readonly onStart?: () => void;
}

/** The decoders of one model behind one line of chunks, started one by one, when all others are busy. */
export class DecoderPool {
  readonly #settings: DecoderPoolSettings;
  readonly #line = createWaitingLine<Decoder>();
  readonly #nobody: Turn = { share: this.#line.open(""), seconds: 0 };
  readonly #all = new Set<Decoder>();
  readonly #idle = new Set<Decoder>();
  readonly #closing = new AbortController();
  /** One, until the first decoder has told its kind. */
  #most = 1;
  #starting: Promise<void> | undefined;

  constructor(settings: DecoderPoolSettings) {
    this.#settings = settings;
  }

  /** Opens the share of a request of that caller; to be closed at its end. */
  open(caller: string): Share {
    return this.#line.open(caller);
  }

  /** Starts the first decoder, so that no request has to wait for it. */
  async warmUp(): Promise<void> {
    this.release(await this.acquire(new AbortController().signal));
  }

  async transcribe(job: ChunkJob): Promise<readonly Piece[]> {
    const { samples, options, signal, share, onStart } = job;
    const seconds = samples.length / SAMPLE_RATE;
    const decoder = await this.acquire(signal, share && { share, seconds });
    onStart?.();
    const work = decoder.transcribe(samples, options).finally(() => this.release(decoder));
    return untilAborted(work, signal);
  }

  /** Takes a decoder when its turn has come. Rejects when none starts, or when the signal fires. */
  acquire(signal: AbortSignal, turn: Turn = this.#nobody): Promise<Decoder> {
    this.#forgetDead();
    const served = this.#line.join(AbortSignal.any([signal, this.#closing.signal]), turn);
    const [free] = this.#idle;
    if (free !== undefined && this.#line.serve(free)) this.#idle.delete(free);
    this.#grow();
    return served;
  }

  release(decoder: Decoder): void {
    if (decoder.alive()) this.#offer(decoder);
    else this.#forgetDead();
    this.#grow();
  }

  /** True when one more chunk would be worked on at once. */
  hasSpare(): boolean {
    return this.#idle.size > 0 || (this.#starting === undefined && this.#all.size < this.#most);
  }

  /** How many decoders may be at work at once, as far as it is known. */
  decoders(): number {
    return this.#most;
  }

  /** Rejects everything in line and under way with `aborted` and frees all memory. */
  async close(): Promise<void> {
    const closed = closedError();
    this.#closing.abort(closed);
    this.#line.dismiss(closed);
    await this.#starting;
    await Promise.all([...this.#all].map((decoder) => decoder.stop()));
    this.#forgetDead();
  }

  #offer(decoder: Decoder): void {
    if (!this.#line.serve(decoder)) this.#idle.add(decoder);
  }

  #forgetDead(): void {
    for (const decoder of this.#all) {
      if (decoder.alive()) continue;
      this.#all.delete(decoder);
      this.#idle.delete(decoder);
    }
  }

  #grow(): void {
    const wanted = this.#line.length() > 0 && this.#all.size < this.#most;
    if (!wanted || this.#starting !== undefined || this.#closing.signal.aborted) return;
    this.#starting = this.#startOne().finally(() => {
      this.#starting = undefined;
      this.#grow();
    });
  }

  async #startOne(): Promise<void> {
    try {
      const decoder = await this.#settings.start(this.#closing.signal);
      this.#all.add(decoder);
      this.#most = Math.max(1, this.#settings.limit(decoder.kind));
      this.#offer(decoder);
    } catch (error) {
      const known = error instanceof Error;
      // With a decoder at work, another one that does not start only costs speed.
      if (this.#all.size > 0) this.#most = this.#all.size;
      else this.#line.dismiss(known ? error : new TranscriptionError("internal", String(error)));
    }
  }
}
