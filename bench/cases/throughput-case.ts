import type { UploadForm } from "../load/upload-form.ts";

/** Uploads of one size and order from that many clients at once. */
export interface ThroughputCase extends UploadForm {
  readonly name: string;
  readonly clients: number;
  /** Of one round. */
  readonly requests: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const SIZES = [
  { label: "64 KiB", audioBytes: 64 * KIBIBYTE, clients: 16, requests: 2000, quickRequests: 640 },
  { label: "1 MiB", audioBytes: MEBIBYTE, clients: 8, requests: 320, quickRequests: 80 },
  { label: "25 MiB", audioBytes: 25 * MEBIBYTE, clients: 4, requests: 24, quickRequests: 8 },
  { label: "25 MiB", audioBytes: 25 * MEBIBYTE, clients: 64, requests: 64, quickRequests: 64 },
] as const;

/** Every case, small uploads first; a quick run sends fewer requests. */
export function throughputCases(quick: boolean): readonly ThroughputCase[] {
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
