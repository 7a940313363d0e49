import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { writeWavHeader } from "../load/upload-form.ts";
import type { AnswerSource } from "./long-answers.ts";

/** The functions of a module; another checkout's are known by their names only. */
type Module = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** The first function of these names that the module has; throws where it has none. */
export function functionOf(
  module: Module,
  ...names: readonly string[]
): (...args: readonly unknown[]) => unknown {
  const found = names.map((name) => module[name]).find((one) => one !== undefined);
  if (found === undefined) throw new Error(`The checkout has no ${names.join(" or ")}.`);
  return found;
}

/** Loads a module by its path in a checkout. */
export type Load = (path: string) => Promise<Module>;

/** Loads the modules of the checkout in that folder. */
export const createLoader =
  (checkout: string): Load =>
  async (path) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is known of it
    (await import(pathToFileURL(join(checkout, path)).href)) as Module;

const CONFIG = `
litellm_settings: { drop_params: true }
model_list:
- { model_name: whisper, litellm_params: { model: openai/whisper-1, api_key: sk-fake } }
- model_name: subtitles
  litellm_params: { model: openai_compatible/a, api_base: http://fake.test, formats: [srt] }
- { model_name: events, litellm_params: { model: openai/gpt-4o-transcribe, api_key: sk-fake } }
- { model_name: deepgram, litellm_params: { model: deepgram/nova-3, api_key: fake } }
`;

const CONTENT_TYPES: Readonly<Record<AnswerSource, string>> = {
  whisper: "application/json",
  deepgram: "application/json",
  subtitles: "text/plain; charset=utf-8",
  events: "text/event-stream",
};

/** What a socket hands over at once. */
const PIECE_BYTES = 64 * 1024;

async function* pieces(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < body.length; from += PIECE_BYTES) {
    await setImmediate();
    yield body.subarray(from, from + PIECE_BYTES);
  }
}

interface Gateway {
  transcribe(request: unknown): Promise<{ readonly transcript: unknown }>;
  stream(request: unknown): Promise<{ readonly events: unknown }>;
}

export interface LongAnswerReading {
  readonly load: Load;
  readonly source: AnswerSource;
  /** A response format, with ` streamed` behind it where the client gets events. */
  readonly use: string;
  readonly body: Uint8Array;
}

/** A second of silence. */
const silence = (): Uint8Array => {
  const file = Buffer.alloc(44 + 32_000);
  writeWavHeader(file);
  return file;
};

const openGateway = async ({ load, source, body }: LongAnswerReading): Promise<Gateway> => {
  const readConfig = functionOf(await load("packages/config/src/index.ts"), "readConfig");
  const createGateway = functionOf(await load("packages/gateway/src/index.ts"), "createGateway");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the reader answers
  const { config } = readConfig({ text: CONFIG, fileName: "c.yaml", environment: {} }) as {
    readonly config: unknown;
  };
  const response = {
    status: 200,
    header: (name: string) =>
      name.toLowerCase() === "content-type" ? CONTENT_TYPES[source] : undefined,
    body: pieces(body),
  };
  const options = { environment: {}, transport: () => Promise.resolve(response) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the function answers
  return createGateway(config, options) as Gateway;
};

/** Sends a long answer down the whole road: from a provider's body to the client's, in its format. */
export async function readLongAnswer(reading: LongAnswerReading): Promise<unknown> {
  const { load, source, use } = reading;
  const gateway = await openGateway(reading);
  const fileFromBytes = functionOf(await load("packages/audio/src/index.ts"), "fileFromBytes");
  const formats = await load("packages/formats/src/index.ts");
  const [responseFormat = "json", streamed] = use.split(" ");
  const timestampGranularities = responseFormat === "verbose_json" ? ["word", "segment"] : [];
  const audio = fileFromBytes(silence(), "talk.wav");
  const options = { responseFormat, timestampGranularities };
  const request = { ...options, model: source, audio, numRetries: 0 };
  if (streamed === undefined) {
    const { transcript } = await gateway.transcribe(request);
    const render = functionOf(formats, "renderInTurns", "renderTranscript");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the renderer answers
    const { body } = (await render(transcript, options)) as { readonly body: string };
    return Buffer.from(body);
  }
  const { events } = await gateway.stream(request);
  let sizeBytes = 0;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the renderer answers
  const frames = functionOf(formats, "renderEvents")(events, options) as AsyncIterable<string>;
  for await (const frame of frames) sizeBytes += Buffer.from(frame).length;
  return sizeBytes;
}
