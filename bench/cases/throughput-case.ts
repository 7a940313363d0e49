import type { UploadForm } from "../load/upload-form.ts";

/** Uploads of one size and order from that many clients at once. */
export interface ThroughputCase extends UploadForm {
  readonly name: string;
  readonly clients: number;
  /** Of one round. */
  readonly requests: number;
  /** More than so many rounds would take for ever. */
  readonly mostRounds: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

interface Size {
  readonly label: string;
  readonly audioBytes: number;
  readonly clients: number;
  readonly requests: number;
  readonly quickRequests: number;
  readonly mostRounds?: number;
}

const SIZES: readonly Size[] = [
  { label: "64 KiB", audioBytes: 64 * KIBIBYTE, clients: 16, requests: 2000, quickRequests: 640 },
  { label: "1 MiB", audioBytes: MEBIBYTE, clients: 8, requests: 320, quickRequests: 80 },
  { label: "25 MiB", audioBytes: 25 * MEBIBYTE, clients: 4, requests: 24, quickRequests: 8 },
  {
    label: "25 MiB",
    audioBytes: 25 * MEBIBYTE,
    clients: 64,
    requests: 64,
    quickRequests: 64,
    mostRounds: 3,
  },
];

/** Every case, small uploads first; a quick run sends fewer requests. */
export function throughputCases(quick: boolean): readonly ThroughputCase[] {
  return SIZES.flatMap(
    ({ label, audioBytes, clients, requests, quickRequests, mostRounds = Infinity }) =>
      (["model", "file"] as const).map((first) => ({
        name: `${label} × ${clients}, ${first} first`,
        audioBytes,
        first,
        clients,
        requests: quick ? quickRequests : requests,
        mostRounds,
      })),
  );
}
