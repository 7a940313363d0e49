import type { UploadLimits } from "../earshot-config.ts";
import type { Field } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { integer, kilobytes, megabytes, seconds } from "../number-field.ts";

type LimitKey =
  | "max_field_size_kb"
  | "max_form_text_size_kb"
  | "total_form_text_mb"
  | "max_form_parts"
  | "max_part_header_size_kb"
  | "max_boundary_length"
  | "upload_idle_timeout"
  | "upload_min_bytes_per_second"
  | "header_timeout"
  | "response_idle_timeout"
  | "max_header_size_kb"
  | "max_connections";

/** The keys of `earshot_settings` that bound what a client may send, and how slowly. */
export const uploadLimitFields: Readonly<Record<LimitKey, Field<number>>> = {
  max_field_size_kb: kilobytes({
    description:
      "The longest text field of a form, such as `prompt`; a longer one is answered with 400.",
    minimum: 1,
    maximum: 102_400,
    default: "1024",
    example: "1024",
  }),
  max_form_text_size_kb: kilobytes({
    description:
      "The text fields of a form together, names and values; more are answered with 413. Reference clips of `known_speaker_references` are text.",
    minimum: 1,
    maximum: 1_048_576,
    default: "7168 more than `max_field_size_kb`, which is 8192",
    example: "8192",
  }),
  total_form_text_mb: megabytes({
    description:
      "The text fields of all requests together until these have ended; a form that has no room, and more than 64 KB of text itself, is answered with 429.",
    default: "64, and never less than `max_form_text_size_kb`",
    example: "64",
  }),
  max_form_parts: integer({
    description: "How many fields and files a form may have; more are answered with 400.",
    minimum: 2,
    maximum: 100_000,
    default: "1000",
    example: "1000",
  }),
  max_part_header_size_kb: kilobytes({
    description:
      "The longest header of one part of a form, which holds its file name; a longer one is answered with 400.",
    minimum: 1,
    maximum: 1024,
    default: "16",
    example: "16",
  }),
  max_boundary_length: integer({
    description:
      "The longest text that may separate the parts of a form, in characters; a longer one is answered with 400.",
    // What the standard allows must pass.
    minimum: 70,
    maximum: 8192,
    default: "256",
    example: "256",
  }),
  upload_idle_timeout: seconds({
    description: "How long an upload may bring nothing before it is answered with 408.",
    default: "60",
    example: "60",
  }),
  upload_min_bytes_per_second: integer({
    description:
      "The least pace of an upload; one that falls further behind it than `upload_idle_timeout` is answered with 408. 0 lets clients be as slow as they like.",
    unit: "bytes a second",
    minimum: 0,
    default: "100",
    example: "100",
  }),
  header_timeout: seconds({
    description:
      "How long a client may take for the line and the headers of a request before it is answered with 408.",
    default: "60",
    example: "60",
  }),
  response_idle_timeout: seconds({
    description:
      "How long a client may take nothing of its answer before its connection is closed.",
    default: "60",
    example: "60",
  }),
  max_header_size_kb: kilobytes({
    description:
      "The longest line and headers of a request together; longer ones are answered with 431.",
    minimum: 4,
    maximum: 1024,
    default: "16",
    example: "16",
  }),
  max_connections: integer({
    description: "How many connections may be open at once; further ones are closed at once.",
    minimum: 1,
    default: "as many as the system allows",
    example: "1000",
  }),
};

/** The limits that the file gives. */
export function toUploadLimits(
  values: Readonly<Partial<Record<LimitKey, number | undefined>>>,
): UploadLimits {
  return onlyGiven({
    maxFieldSizeKb: values.max_field_size_kb,
    maxFormTextSizeKb: values.max_form_text_size_kb,
    totalFormTextMb: values.total_form_text_mb,
    maxFormParts: values.max_form_parts,
    maxPartHeaderSizeKb: values.max_part_header_size_kb,
    maxBoundaryLength: values.max_boundary_length,
    uploadIdleTimeoutMs: values.upload_idle_timeout,
    uploadMinBytesPerSecond: values.upload_min_bytes_per_second,
    headerTimeoutMs: values.header_timeout,
    responseIdleTimeoutMs: values.response_idle_timeout,
    maxHeaderSizeKb: values.max_header_size_kb,
    maxConnections: values.max_connections,
  });
}
