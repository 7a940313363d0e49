import type {
  Provider,
  ProviderSettings,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
} from "@earshot/core";
import { createVirtualClock } from "@earshot/core/testing";
import type { VirtualClock } from "@earshot/core/testing";
import { ensureTranscript } from "./check-transcript.ts";
import { ConformanceError, ensure, show, showError } from "./conformance-error.ts";
import { createContext, createRequest } from "./create-context.ts";
import type { RequestPatch, TestContext } from "./create-context.ts";
import { toVendor } from "./fake-answer.ts";
import type { FakeVendor, VendorAnswer } from "./fake-answer.ts";
import { createFakeTransport } from "./fake-transport.ts";
import type { FakeTransport } from "./fake-transport.ts";
import { createAudioSample, speechSample } from "./speech-sample.ts";
import type { AudioSample } from "./speech-sample.ts";
import { usualAnswer } from "./suite.ts";
import type { ProviderSuite } from "./suite.ts";

/** What a probe does differently from the plainest transcription. */
export interface ProbeOptions {
  /** By default the first of the suite. */
  readonly model?: string | undefined;
  readonly request?: RequestPatch | undefined;
  /** By default the one of the scenario `text`. */
  readonly answer?: VendorAnswer | undefined;
  /** Instead of `answer`, without the need for a source. */
  readonly vendor?: FakeVendor;
  readonly settings?: Partial<ProviderSettings>;
  readonly provider?: Provider;
  readonly clock?: VirtualClock;
  readonly audio?: AudioSample;
}

export type Outcome =
  | { readonly ok: true; readonly transcript: Transcript }
  | { readonly ok: false; readonly error: unknown };

export interface StreamOutcome {
  readonly events: readonly TranscriptEvent[];
  /** Undefined when the stream ended by itself. */
  readonly error: unknown;
}

/** One attempt on one provider, ready to start. */
export interface Probe {
  readonly provider: Provider;
  readonly request: TranscriptionRequest;
  readonly test: TestContext;
  readonly transport: FakeTransport;
  readonly audio: AudioSample;
  transcribe(): Promise<Outcome>;
  /** Reads the whole stream. */
  stream(): Promise<StreamOutcome>;
  /** The provider's own stream, unread. */
  openStream(): AsyncIterable<TranscriptEvent>;
}

/** Thousands of probes are sent; only the rules about audio need more of it. */
const SHORT_AUDIO = speechSample({ seconds: 0.01 });
const DAY_MS = 86_400_000;
const MAXIMUM_CALLS = 1000;

const freezeData = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const child of Object.values(value)) freezeData(child);
};

/** Ends jobs that never do: after a virtual day, or a thousand calls without a pause. */
const withDeadline = (clock: VirtualClock, expire: () => void): VirtualClock => {
  const endMs = clock.now() + DAY_MS;
  return {
    ...clock,
    sleep: (milliseconds, signal) => {
      if (clock.now() > endMs) expire();
      return clock.sleep(milliseconds, signal);
    },
  };
};

/** Creates the provider with the suite's settings and these on top. */
export function createProvider(
  suite: ProviderSuite,
  settings: Partial<ProviderSettings> = {},
): Provider {
  return suite.definition.create({ ...suite.settings, ...settings });
}

/** Prepares one attempt: a provider, a request that cannot be changed, a fake vendor, virtual time. */
export function createProbe(suite: ProviderSuite, options: ProbeOptions = {}): Probe {
  const { model = suite.models[0], audio = createAudioSample({ bytes: SHORT_AUDIO }) } = options;
  const provider = options.provider ?? createProvider(suite, options.settings);
  const request = createRequest(model, { audio: audio.file, ...options.request });
  freezeData(request);
  const expire = (): void =>
    test.abort(new DOMException("The test's day is over.", "TimeoutError"));
  const vendor = options.vendor ?? toVendor(options.answer ?? usualAnswer(suite));
  const transport = createFakeTransport((call, index) => {
    if (index > MAXIMUM_CALLS) expire();
    return vendor(call, index);
  });
  const clock = withDeadline(options.clock ?? createVirtualClock({ autoAdvance: true }), expire);
  const test = createContext({ transport: transport.send, clock });

  const openStream = (): AsyncIterable<TranscriptEvent> => {
    if (provider.stream === undefined) throw new ConformanceError("The provider has no `stream`.");
    return provider.stream(request, test.context);
  };
  const stream = async (): Promise<StreamOutcome> => {
    const events: TranscriptEvent[] = [];
    try {
      for await (const event of openStream()) events.push(event);
      return { events, error: undefined };
    } catch (error) {
      return { events, error };
    }
  };
  const transcribe = async (): Promise<Outcome> => {
    try {
      return { ok: true, transcript: await provider.transcribe(request, test.context) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  return { provider, request, test, transport, audio, transcribe, stream, openStream };
}

/** Throws when a timer is left, an answer unread, or the audio open. */
export function ensureNothingHeld({ test, transport, audio }: Probe, when: string): void {
  ensure(test.clock.pending() === 0, `A timer is left ${when}.`);
  ensure(transport.openBodies() === 0, `An answer is still being read ${when}.`);
  ensure(audio.openReaders() === 0, `The audio is still open ${when}.`);
}

/** The same, and no listener on the signal, which has not fired. */
export function ensureNothingLeft(probe: Probe, when: string): void {
  ensure(probe.test.listeners() === 0, `A listener was left on the signal ${when}.`);
  ensureNothingHeld(probe, when);
}

/** Transcribes and gives the well-formed transcript; throws when there is none. */
export async function transcriptOf(probe: Probe, durationSeconds?: number): Promise<Transcript> {
  const outcome = await probe.transcribe();
  if (!outcome.ok) {
    throw new ConformanceError(`The transcription failed with ${showError(outcome.error)}`);
  }
  ensureTranscript(outcome.transcript, durationSeconds);
  ensureNothingLeft(probe, "after the transcription");
  return outcome.transcript;
}

/** Transcribes and gives the error; throws when it succeeds. */
export async function errorOf(probe: Probe, what: string): Promise<unknown> {
  const outcome = await probe.transcribe();
  if (!outcome.ok) return outcome.error;
  throw new ConformanceError(`${what} ended in a transcript: ${show(outcome.transcript.text)}`);
}

/** Everything that was sent, comparable: without boundaries and lengths. */
export function signatureOf(probe: Pick<Probe, "transport">): string {
  return JSON.stringify(
    probe.transport.calls.map(({ method, url, query, headers, body }) => {
      const { "content-type": type = "", "content-length": _length, ...others } = headers;
      const contentType = type.replace(/boundary=.*$/u, "");
      return { method, url, query, headers: { ...others, contentType }, body };
    }),
  );
}

/** Transcribes, and gives the signature of what was sent. */
export async function sentWith(suite: ProviderSuite, options: ProbeOptions = {}): Promise<string> {
  const probe = createProbe(suite, options);
  await transcriptOf(probe);
  return signatureOf(probe);
}
