import { dirname, isAbsolute, join } from "node:path";
import type { ConfigLocation } from "../config-node.ts";
import type {
  DefaultSettings,
  EarshotConfig,
  GatewaySettings,
  GeneralConfig,
} from "../earshot-config.ts";
import { choice, defaultsOf, field, flag, renamed, text, textList } from "../field.ts";
import type { Field } from "../field.ts";
import { integer, kilobytes, megabytes, seconds } from "../number-field.ts";
import { toLocation } from "../problems.ts";
import { readSection } from "../read-section.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import { requestSizeDefault } from "./general-settings.ts";

/**
 * Whether browsers may send it: of a page of the web, of an extension or an app such as
 * `chrome-extension://…`, and `null` of files and sandboxed frames.
 */
const isOrigin = (written: string): boolean => {
  if (written === "*" || written === "null") return true;
  const scheme = /^([a-z][\w+.-]*):\/\/[\w.:[\]-]+$/iu.exec(written)?.[1]?.toLowerCase();
  if (scheme === undefined || !URL.canParse(written)) return false;
  return !["file", "data", "blob", "ws", "wss"].includes(scheme);
};

const origins = (): Field<readonly string[], undefined> => {
  const expected = "`*` or web origins such as `https://app.example.com`, without a path";
  const about = {
    description:
      'The web pages that browsers may call from; `*` for all. A page that may not gets 403. Also apps and extensions, such as `tauri://localhost`, and `"null"` for files and sandboxed frames.',
    defaultNote: "`*` with a `master_key`, otherwise the pages of this machine",
    expected,
    mayBeEmpty: false,
    example: "[https://app.example.com]",
  };
  const schema = textList(about).schema.superRefine((all, context) => {
    for (const [index, origin] of all.entries())
      if (!isOrigin(origin)) context.addIssue({ code: "custom", path: [index], message: expected });
  });
  const jsonSchema = {
    anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
  };
  return field(schema, { ...about, shown: true, jsonSchema });
};

const fields = {
  providers: textList({
    description: "Packages that bring further providers, by npm name or by path.",
    defaultNote: "none",
    example: "[earshot-provider-acme]",
  }),
  host: text({
    description: "The address that the server listens on; `0.0.0.0` for all.",
    defaultNote: "`0.0.0.0` with a `master_key`, otherwise `127.0.0.1`",
    example: "127.0.0.1",
    shown: true,
  }),
  port: integer({
    description: "The port that the server listens on; 0 for any free one.",
    minimum: 0,
    maximum: 65_535,
    default: 8000,
  }),
  workers: integer({
    description: "How many processes serve on the port together, so as to use as many cores.",
    minimum: 1,
    maximum: 64,
    defaultNote: "one for each core, but 1 where a deployment is the local engine",
    example: "4",
  }),
  allowed_origins: origins(),
  max_request_size_mb: megabytes({
    description: "As in `general_settings`; this one counts when both are given.",
    defaultNote: `\`general_settings.max_request_size_mb\`, else ${requestSizeDefault.maxRequestSizeMb}`,
    example: "100",
  }),
  spool_dir: text({
    description:
      "The folder for uploads that outgrow memory; a relative path starts at the config file.",
    defaultNote: "the system's folder for temporary files",
    example: "/var/spool/earshot",
  }),
  upload_memory_mb: megabytes({
    description: "How much of one upload is kept in memory before it is written to `spool_dir`.",
    default: 2,
    example: "4",
  }),
  total_upload_memory_mb: megabytes({
    description:
      "How much memory all uploads together may take before they are written to `spool_dir`.",
    default: 32,
    example: "64",
  }),
  max_field_size_kb: kilobytes({
    description:
      "The longest text field of a form, such as `prompt`; a longer one is answered with 400.",
    minimum: 1,
    maximum: 102_400,
    default: 1024,
  }),
  max_form_text_size_kb: kilobytes({
    description:
      "The text fields of a form together, names and values; more are answered with 413. Reference clips of `known_speaker_references` are text.",
    minimum: 1,
    maximum: 1_048_576,
    defaultNote: "7168 more than `max_field_size_kb`, which is 8192",
    example: "8192",
  }),
  total_form_text_mb: megabytes({
    description:
      "The text fields of all requests together until these have ended; a form that has no room, and more than 64 KB of text itself, is answered with 429.",
    default: 64,
    defaultNote: "and never less than `max_form_text_size_kb`",
  }),
  max_form_parts: integer({
    description: "How many fields and files a form may have; more are answered with 400.",
    minimum: 2,
    maximum: 100_000,
    default: 1000,
  }),
  max_part_header_size_kb: kilobytes({
    description:
      "The longest header of one part of a form, which holds its file name; a longer one is answered with 400.",
    minimum: 1,
    maximum: 1024,
    default: 16,
  }),
  max_boundary_length: integer({
    description:
      "The longest text that may separate the parts of a form, in characters; a longer one is answered with 400.",
    // What the standard allows must pass.
    minimum: 70,
    maximum: 8192,
    default: 256,
  }),
  upload_idle_timeout: seconds({
    description: "How long an upload may bring nothing before it is answered with 408.",
    default: 60,
  }),
  upload_min_bytes_per_second: integer({
    description:
      "The least pace of an upload; one that falls further behind it than `upload_idle_timeout` is answered with 408. 0 lets clients be as slow as they like.",
    unit: "bytes a second",
    minimum: 0,
    default: 100,
  }),
  header_timeout: seconds({
    description:
      "How long a client may take for the line and the headers of a request before it is answered with 408.",
    default: 60,
  }),
  response_idle_timeout: seconds({
    description:
      "How long a client may take nothing of its answer before its connection is closed.",
    default: 60,
  }),
  max_header_size_kb: kilobytes({
    description:
      "The longest line and headers of a request together; longer ones are answered with 431.",
    minimum: 4,
    maximum: 1024,
    default: 16,
  }),
  max_connections: integer({
    description: "How many connections may be open at once; further ones are closed at once.",
    minimum: 1,
    defaultNote: "as many as the system allows",
    example: "1000",
  }),
  max_upstream_connections: integer({
    description:
      "How many connections may be open to one origin of a provider; further requests wait. Over HTTP/1.1 each request in flight has a connection of its own, so the limit of one deployment is its `max_parallel_requests`.",
    minimum: 1,
    defaultNote: "no limit",
    example: "100",
  }),
  upstream_http2: flag({
    description:
      "Use HTTP/2 with providers that offer it over TLS: many requests share a connection.",
    default: false,
  }),
  total_timeout: seconds({
    description:
      "How long one request may take, with all its attempts, pauses and waiting, from when its audio is there; the `timeout` of a request can only shorten it.",
    defaultNote: "1200, or twice the longest `timeout` if that is more",
    example: "1200",
  }),
  empty_transcript: choice({
    description:
      "What a transcript without text leads to: the answer as it is, a try on another deployment, or a 422.",
    values: ["return", "fallback", "error"],
    default: "return",
  }),
  allow_remote_inputs: flag({
    description:
      "Let clients send what a provider fetches or looks up with your account or in your network: `url` in place of a file, Mistral's `file_id`, options of your own servers that hold an address, a path or the id of a file.",
    default: false,
  }),
};

const NAMES = {
  host: "host",
  port: "port",
  workers: "workers",
  allowed_origins: "allowedOrigins",
  max_request_size_mb: "maxRequestSizeMb",
  upload_memory_mb: "uploadMemoryMb",
  total_upload_memory_mb: "totalUploadMemoryMb",
  max_field_size_kb: "maxFieldSizeKb",
  max_form_text_size_kb: "maxFormTextSizeKb",
  total_form_text_mb: "totalFormTextMb",
  max_form_parts: "maxFormParts",
  max_part_header_size_kb: "maxPartHeaderSizeKb",
  max_boundary_length: "maxBoundaryLength",
  upload_idle_timeout: "uploadIdleTimeoutMs",
  upload_min_bytes_per_second: "uploadMinBytesPerSecond",
  header_timeout: "headerTimeoutMs",
  response_idle_timeout: "responseIdleTimeoutMs",
  max_header_size_kb: "maxHeaderSizeKb",
  max_connections: "maxConnections",
  max_upstream_connections: "maxUpstreamConnections",
  upstream_http2: "upstreamHttp2",
} as const satisfies Partial<Record<keyof typeof fields, keyof GeneralConfig>>;

const GATEWAY_NAMES = {
  empty_transcript: "emptyTranscript",
  allow_remote_inputs: "allowRemoteInputs",
} as const;

/** `earshot_settings`: what LiteLLM's format has no place for. */
export const earshotSettings: SectionDefinition = {
  name: "earshot_settings",
  description: "What LiteLLM's format has no place for; LiteLLM itself ignores this section.",
  fields,
  otherKeys: [],
  placesAudio: true,
};

const defaults = defaultsOf(fields);

/** What holds for the server where no file says anything. */
export const generalDefaults: DefaultSettings["general"] = {
  ...requestSizeDefault,
  ...renamed(defaults, NAMES),
};

/** What holds for the gateway where no file says anything. */
export const gatewayDefaults: Omit<DefaultSettings["settings"], "dropParams"> = renamed(
  defaults,
  GATEWAY_NAMES,
);

const besideFile = (path: string, fileName: string): string =>
  isAbsolute(path) ? path : join(dirname(fileName), path);

/** Reads `earshot_settings`. */
export function readEarshotSettings(section: SectionPlace): Pick<
  EarshotConfig,
  "general" | "providers" | "router"
> & {
  readonly settings: Pick<GatewaySettings, "emptyTranscript" | "allowRemoteInputs">;
} {
  const values = readSection(section, fields);
  const { spool_dir: spoolDir, providers = [] } = values;
  const fileName = section.node.entries.get("spool_dir")?.place.source.name ?? "";
  return {
    general: {
      ...renamed(values, NAMES),
      ...(spoolDir === undefined ? {} : { spoolDir: besideFile(spoolDir, fileName) }),
    },
    settings: renamed(values, GATEWAY_NAMES),
    router: renamed(values, { total_timeout: "totalTimeoutMs" }),
    providers,
  };
}

/** Where each entry of `providers` stands; a single one may be written without a list. */
export function locateProviders(section: SectionPlace): readonly ConfigLocation[] {
  const node = section.node.entries.get("providers")?.node;
  const path = [...section.path, "providers"];
  if (node === undefined) return [];
  if (node.type !== "list") return [toLocation(node.place, path)];
  return node.items.map((item, index) => toLocation(item.place, [...path, index]));
}
