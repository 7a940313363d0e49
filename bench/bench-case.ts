/** One kind of load: uploads of one size and order from that many clients at once. */
export interface BenchCase {
  readonly name: string;
  readonly audioBytes: number;
  /** Which part of the form comes first. */
  readonly first: "model" | "file";
  readonly clients: number;
  /** Of one round. */
  readonly requests: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const SIZES = [
  { label: "64 KiB", audioBytes: 64 * KIBIBYTE, clients: 16, requests: 800, quickRequests: 320 },
  { label: "1 MiB", audioBytes: MEBIBYTE, clients: 8, requests: 160, quickRequests: 48 },
  { label: "25 MiB", audioBytes: 25 * MEBIBYTE, clients: 4, requests: 16, quickRequests: 8 },
] as const;

/** Every case, small uploads first; a quick run sends fewer requests. */
export function benchCases(quick: boolean): readonly BenchCase[] {
  return SIZES.flatMap(({ label, audioBytes, clients, requests, quickRequests }) =>
    (["model", "file"] as const).map((first) => ({
      name: `${label} × ${clients}, ${first} first`,
      audioBytes,
      first,
      clients,
      requests: quick ? quickRequests : requests,
    })),
  );
}
