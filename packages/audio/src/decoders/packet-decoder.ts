/** Mono samples of full scale 1 at the frequency that they were recorded with. */
export interface SampleBlock {
  readonly samples: Float32Array;
  /** In Hz. */
  readonly sampleRate: number;
}

/** Decodes the packets of one stream in order. */
export interface PacketDecoder {
  /** A longer packet is damaged: decoding takes its time in one go. Undefined for no limit. */
  readonly longestPacketBytes?: number;
  /** Undefined while a decoder needs more packets. Throws or rejects when the packet is damaged. */
  decode(packet: Uint8Array): SampleBlock | undefined | Promise<SampleBlock | undefined>;
  /** What a decoder that lags behind still holds after the last packet. */
  readonly finish?: () => Promise<SampleBlock | undefined>;
  /** Lets go of the decoder's memory; called once, after the last packet or instead of it. */
  free(): void;
}

/** The mean of all channels, each of the same length; the only channel itself when there is one. */
export function mixToMono(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(), ...others] = channels;
  if (others.length === 0) return first;
  const mono = Float32Array.from(first);
  for (const channel of others) {
    for (let index = 0; index < mono.length; index++) {
      mono[index] = (mono[index] ?? 0) + (channel[index] ?? 0);
    }
  }
  for (let index = 0; index < mono.length; index++)
    mono[index] = (mono[index] ?? 0) / channels.length;
  return mono;
}

/** What the WebAssembly decoders answer. */
interface WasmDecoded {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
}

/** Turns the answer into one channel; throws when the decoder could make nothing of the packet. */
export function toSampleBlock(decoded: WasmDecoded): SampleBlock | undefined {
  const { channelData, samplesDecoded, sampleRate, errors } = decoded;
  const [error] = errors;
  if (samplesDecoded > 0) return { samples: mixToMono(channelData), sampleRate };
  if (error !== undefined) throw new Error(error.message);
  return undefined;
}

/**
 * Runs a synchronous call with `console.error` switched off: the decoders print every damaged packet,
 * and a hostile file would fill the log of a server. The errors themselves are returned or thrown.
 */
export function withoutPrinting<T>(call: () => T): T {
  const { error } = console;
  Object.assign(console, { error: () => {} });
  try {
    return call();
  } finally {
    Object.assign(console, { error });
  }
}
