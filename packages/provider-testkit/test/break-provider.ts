import type {
  HttpCall,
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
} from "@earshot/core";

type Events = AsyncIterable<TranscriptEvent>;

/** Where a well-behaved provider is made to misbehave; what is absent stays as it is. */
export interface Breakage {
  readonly definition?: Partial<ProviderDefinition>;
  readonly settings?: (settings: ProviderSettings) => ProviderSettings;
  readonly provider?: (provider: Provider, settings: ProviderSettings) => Provider;
  readonly request?: (request: TranscriptionRequest) => TranscriptionRequest;
  readonly context?: (context: ProviderContext) => ProviderContext;
  readonly call?: (call: HttpCall, settings: ProviderSettings) => HttpCall;
  readonly transcript?: (transcript: Transcript, request: TranscriptionRequest) => Transcript;
  readonly error?: (error: unknown, settings: ProviderSettings) => unknown;
  readonly events?: (events: Events, context: ProviderContext) => Events;
}

const same = <T>(value: T): T => value;

const misbehave = (good: Provider, breakage: Breakage, settings: ProviderSettings): Provider => {
  const { request = same, context = same, transcript = same, error = same } = breakage;
  const { call = same, events = same } = breakage;
  const spoil = (original: ProviderContext): ProviderContext => {
    const spoiled = context(original);
    return { ...spoiled, send: (sent) => spoiled.send(call(sent, settings)) };
  };
  const provider: Provider = {
    ...good,
    async transcribe(wanted, original) {
      try {
        const given = await good.transcribe(request(wanted), spoil(original));
        return transcript(given, wanted);
      } catch (caught) {
        throw error(caught, settings);
      }
    },
    async *stream(wanted, original) {
      const { stream } = good;
      if (stream === undefined) throw new Error("Nothing to break.");
      yield* events(stream(request(wanted), spoil(original)), original);
    },
  };
  return breakage.provider?.(provider, settings) ?? provider;
};

/** A copy of a provider's definition whose providers misbehave. */
export function breakProvider(
  definition: ProviderDefinition,
  breakage: Breakage,
): ProviderDefinition {
  const { settings: spoil = same } = breakage;
  const broken: ProviderDefinition = {
    ...definition,
    create: (settings) => misbehave(definition.create(spoil(settings)), breakage, settings),
    ...breakage.definition,
  };
  return Object.freeze(broken);
}
