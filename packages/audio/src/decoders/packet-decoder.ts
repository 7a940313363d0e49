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
