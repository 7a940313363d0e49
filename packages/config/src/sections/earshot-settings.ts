import { dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import type { ConfigLocation } from "../diagnostic.ts";
import type { EmptyTranscriptPolicy, GeneralConfig, RouterConfig } from "../earshot-config.ts";
import { choice, describeField, flag, text, textList } from "../field.ts";
import type { Field, FieldText } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { integer, megabytes, seconds } from "../number-field.ts";
import { toLocation } from "../problems.ts";
import { readSection } from "../read-values.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import { toUploadLimits, uploadLimitFields } from "./upload-limits.ts";

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

const origins = (): Field<readonly string[]> => {
  const expected = "`*` or web origins such as `https://app.example.com`, without a path";
  const about: FieldText = {
    description:
      'The web pages that browsers may call from; `*` for all. A page that may not gets 403. Also apps and extensions, such as `tauri://localhost`, and `"null"` for files and sandboxed frames.',
    default: "`*` with a `master_key`, otherwise the pages of this machine",
    expected,
    mayBeEmpty: false,
    example: "[https://app.example.com]",
  };
  const list = textList(about).superRefine((all, context) => {
    for (const [index, origin] of all.entries())
      if (!isOrigin(origin)) context.addIssue({ code: "custom", path: [index], message: expected });
  });
  return describeField(list, {
    ...about,
    expected,
    example: "[https://app.example.com]",
    shown: true,
    jsonSchema: {
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
    },
  });
};

const fields = {
  providers: textList({
    description: "Packages that bring further providers, by npm name or by path.",
    default: "none",
    example: "[earshot-provider-acme]",
  }),
  host: text({
    description: "The address that the server listens on; `0.0.0.0` for all.",
    default: "`0.0.0.0` with a `master_key`, otherwise `127.0.0.1`",
    example: "127.0.0.1",
    shown: true,
  }),
  port: integer({
    description: "The port that the server listens on; 0 for any free one.",
    minimum: 0,
    maximum: 65_535,
    default: "8000",
    example: "8000",
  }),
  workers: integer({
    description: "How many processes serve on the port together, so as to use as many cores.",
    minimum: 1,
    maximum: 64,
    default: "one for each core, but 1 where a deployment is the local engine",
    example: "4",
  }),
  allowed_origins: origins(),
  max_request_size_mb: megabytes({
    description: "As in `general_settings`; this one counts when both are given.",
    default: "`general_settings.max_request_size_mb`, else 2048",
    example: "100",
  }),
  spool_dir: text({
    description:
      "The folder for uploads that outgrow memory; a relative path starts at the config file.",
    default: "the system's folder for temporary files",
    example: "/var/spool/earshot",
  }),
  upload_memory_mb: megabytes({
    description: "How much of one upload is kept in memory before it is written to `spool_dir`.",
    default: "2",
    example: "4",
  }),
  total_upload_memory_mb: megabytes({
    description:
      "How much memory all uploads together may take before they are written to `spool_dir`.",
    default: "32",
    example: "64",
  }),
  ...uploadLimitFields,
  max_upstream_connections: integer({
    description:
      "How many connections may be open to one origin of a provider; further requests wait. Over HTTP/1.1 each request in flight has a connection of its own, so the limit of one deployment is its `max_parallel_requests`.",
    minimum: 1,
    default: "no limit",
    example: "100",
  }),
  upstream_http2: flag({
    description:
      "Use HTTP/2 with providers that offer it over TLS: many requests share a connection.",
    default: "false",
  }),
  total_timeout: seconds({
    description:
      "How long one request may take, with all its attempts, pauses and waiting, from when its audio is there; the `timeout` of a request can only shorten it.",
    default: "1200, or twice the longest `timeout` if that is more",
    example: "1200",
  }),
  empty_transcript: choice({
    description:
      "What a transcript without text leads to: the answer as it is, a try on another deployment, or a 422.",
    values: ["return", "fallback", "error"],
    default: "`return`",
  }),
  allow_remote_inputs: flag({
    description:
      "Let clients send what a provider fetches or looks up with your account or in your network: `url` in place of a file, Mistral's `file_id`, options of your own servers that hold an address, a path or the id of a file.",
    default: "false",
  }),
};

const schema = z.object(fields).partial();

/** `earshot_settings`: what LiteLLM's format has no place for. */
export const earshotSettings: SectionDefinition = {
  name: "earshot_settings",
  description: "What LiteLLM's format has no place for; LiteLLM itself ignores this section.",
  fields,
  required: [],
  otherKeys: [],
  open: false,
  placesAudio: true,
};

const besideFile = (path: string | undefined, fileName: string): string | undefined =>
  path === undefined || isAbsolute(path) ? path : join(dirname(fileName), path);

/** Reads `earshot_settings`. */
export function readEarshotSettings(section: SectionPlace): {
  readonly general: Omit<GeneralConfig, "masterKey">;
  readonly providers: readonly string[];
  readonly emptyTranscript: EmptyTranscriptPolicy | undefined;
  readonly router: RouterConfig;
  readonly allowRemoteInputs: boolean | undefined;
} {
  const values = readSection(section, schema);
  const spool = section.node.entries.get("spool_dir");
  return {
    general: onlyGiven({
      host: values.host,
      port: values.port,
      workers: values.workers,
      allowedOrigins: values.allowed_origins,
      maxRequestSizeMb: values.max_request_size_mb,
      spoolDir: besideFile(values.spool_dir, spool?.place.source.name ?? ""),
      uploadMemoryMb: values.upload_memory_mb,
      totalUploadMemoryMb: values.total_upload_memory_mb,
      ...toUploadLimits(values),
      maxUpstreamConnections: values.max_upstream_connections,
      upstreamHttp2: values.upstream_http2,
    }),
    providers: values.providers ?? [],
    emptyTranscript: values.empty_transcript,
    router: onlyGiven({ totalTimeoutMs: values.total_timeout }),
    allowRemoteInputs: values.allow_remote_inputs,
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
