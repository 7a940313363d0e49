import { capabilitiesOf } from "@earshot/core";
import type {
  CapabilityTable,
  HttpCall,
  OptionTable,
  ResponseFormat,
  TranscriptionRequest,
  Warning,
} from "@earshot/core";
import { joinUrl } from "@earshot/provider-kit";
import type { FormField, OpenaiDeviations } from "./deviations.ts";
import { toRequestForm } from "./request-form.ts";
import { wireFormatOf } from "./wire-format.ts";

/** Where a server is, what it can do and how it departs from OpenAI. */
export interface OpenaiServer {
  /** With or without slash at its end. */
  readonly baseUrl: string;
  /** Lower-case names; with the credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly capabilities: CapabilityTable;
  /** The options that become form fields under their own names. */
  readonly options: OptionTable;
  readonly deviations?: OpenaiDeviations;
}

/** A call, the format that it asks for, and a warning for each wish that it leaves out. */
export interface OpenaiCall {
  readonly call: HttpCall;
  readonly format: ResponseFormat;
  readonly warnings: readonly Warning[];
}

const DEFAULT_PATHS = { transcribe: "/audio/transcriptions", translate: "/audio/translations" };

/**
 * Describes the call that a request becomes: the fields in a fixed order with the model first, the
 * file last.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createTranscription
 */
export function toOpenaiCall(server: OpenaiServer, request: TranscriptionRequest): OpenaiCall {
  const { baseUrl, headers, options, deviations = {} } = server;
  const capabilities = capabilitiesOf(server.capabilities, request.model);
  const format = wireFormatOf(request, capabilities, deviations.wireFormats);
  const { fields, warnings } = toRequestForm(
    { request, format, capabilities },
    { deviations, options },
  );
  const { audio } = request;
  const path = deviations.path?.(request) ?? DEFAULT_PATHS[request.task];
  const urlFields: readonly FormField[] =
    audio.type === "url" ? [[deviations.urlField ?? "url", audio.url]] : [];
  return {
    call: {
      method: "POST",
      url: joinUrl(baseUrl, path, deviations.query),
      headers,
      body: {
        type: "multipart",
        fields: [...fields, ...urlFields],
        ...(audio.type === "file" ? { file: { name: "file", audio } } : {}),
      },
    },
    format,
    warnings,
  };
}
