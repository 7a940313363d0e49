import { mixToMono } from "./mix-to-mono.ts";
import type { SampleBlock } from "./packet-decoder.ts";

/** What the WebAssembly decoders answer. */
export interface WasmDecoded {
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
