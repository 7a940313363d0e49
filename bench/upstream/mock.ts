import { freePort, startMessenger } from "../processes/child.ts";

/** How the upstream behaves from now on. */
export interface MockOrder {
  /** Reads no faster, after the first 256 KiB of a request; undefined: as fast as it can. */
  readonly bytesPerSecond?: number;
  /** Notes when requests arrive. */
  readonly watch?: boolean;
}

/** When parts of a request arrived, in milliseconds of `process.hrtime`. */
export interface UpstreamTimes {
  /** Its very first byte. */
  readonly requestAtMs: number;
  /** The first byte of audio; undefined when none was seen. */
  readonly audioAtMs: number | undefined;
  readonly endAtMs: number;
}

/** A provider that takes everything and costs little. */
export interface Mock {
  readonly port: number;
  /** Changes how it behaves; resolves with what it has noted so far. */
  behave(order: MockOrder): Promise<readonly UpstreamTimes[]>;
  stop(): Promise<void>;
}

const isTimes = (value: unknown): value is readonly UpstreamTimes[] => Array.isArray(value);

/** Starts the mock in a process of its own. */
export async function startMock(): Promise<Mock> {
  const port = await freePort();
  const messenger = await startMessenger("upstream/mock-upstream.ts", [String(port)]);
  return {
    port,
    behave: async (order) => {
      const times = await messenger.ask(order);
      return isTimes(times) ? times : [];
    },
    stop: () => messenger.stop(),
  };
}
