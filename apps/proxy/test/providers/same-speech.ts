import { fieldValues } from "@earshot/provider-testkit";
import type { FakeAnswer, FakeVendor, RecordedCall } from "@earshot/provider-testkit/upstream";

/** What every vendor heard: the same words at the same times. */
export interface Heard {
  readonly text: string;
  readonly durationSeconds: number;
  readonly words: readonly {
    readonly word: string;
    readonly start: number;
    readonly end: number;
  }[];
}

/** One vendor that enforces its own rules and answers with its own shape. */
export interface Vendor {
  /** `litellm_params` without the address. */
  readonly params: Readonly<Record<string, string>>;
  /** What follows the upstream's address in `api_base`. */
  readonly base: string;
  readonly vendor: FakeVendor;
  /** False where only segments are timed. */
  readonly timesWords: boolean;
}

const refuse = (status: number, message: string): FakeAnswer => ({
  status,
  body: { error: { message, type: "invalid_request_error", param: null, code: null } },
});

const isForm = (call: RecordedCall): boolean => call.body.type === "multipart";
const has = (call: RecordedCall, header: string, value: string): boolean =>
  call.headers[header] === value;

/** Segments as Whisper gives them; one over everything, since the recordings are short. */
const whisperSegments = ({ text, words, durationSeconds }: Heard): readonly object[] => [
  {
    id: 0,
    seek: 0,
    start: words[0]?.start ?? 0,
    end: words.at(-1)?.end ?? durationSeconds,
    text: ` ${text}`,
    tokens: [1, 2, 3],
    temperature: 0,
    avg_logprob: -0.2,
    compression_ratio: 1.1,
    no_speech_prob: 0.01,
  },
];

const granularities = (call: RecordedCall): readonly string[] => [
  ...fieldValues(call, "timestamp_granularities[]"),
  ...fieldValues(call, "timestamp_granularities").flatMap((value) => value.split(",")),
];

const verbose = (heard: Heard, call: RecordedCall, language: string): FakeAnswer => {
  const wanted = granularities(call);
  const wantsSegments = wanted.length === 0 || wanted.includes("segment");
  return {
    body: {
      task: "transcribe",
      language,
      duration: heard.durationSeconds,
      text: heard.text,
      ...(wantsSegments ? { segments: whisperSegments(heard) } : {}),
      ...(wanted.includes("word") ? { words: heard.words } : {}),
    },
  };
};

const plain = (body: string): FakeAnswer => ({
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

interface WhisperServer {
  readonly heard: Heard;
  /** How it names English. */
  readonly language: string;
  /** Formats beside json and verbose_json. */
  readonly plainFormats: readonly string[];
  /** What it refuses. */
  readonly rules: (call: RecordedCall) => FakeAnswer | undefined;
}

const whisperServer =
  ({ heard, language, plainFormats, rules }: WhisperServer): FakeVendor =>
  (call) => {
    const refused = isForm(call) ? rules(call) : refuse(400, "This is no form.");
    if (refused !== undefined) return refused;
    const format = fieldValues(call, "response_format")[0] ?? "json";
    if (format === "json") return { body: { text: heard.text } };
    if (format === "verbose_json") return verbose(heard, call, language);
    if (!plainFormats.includes(format)) return refuse(400, `unknown response_format ${format}`);
    return format === "text" ? plain(`${heard.text}\n`) : nativeSubtitles(heard, format);
  };

const bearer = "Bearer sk-test-key";

const openaiServer = (heard: Heard, rules: WhisperServer["rules"]): FakeVendor =>
  whisperServer({ heard, language: "english", plainFormats: ["text", "srt", "vtt"], rules });

const openai = (heard: Heard): Vendor => ({
  params: { model: "openai/whisper-1", api_key: "sk-test-key" },
  base: "/v1",
  timesWords: true,
  vendor: openaiServer(heard, (call) =>
    has(call, "authorization", bearer) ? undefined : refuse(401, "Incorrect API key provided."),
  ),
});

const clock = (seconds: number, point: "," | "."): string => {
  const total = Math.round(seconds * 1000);
  const part = (value: number, width = 2): string => String(value).padStart(width, "0");
  const [hours, minutes] = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60];
  return `${part(hours)}:${part(minutes)}:${part(Math.floor(total / 1000) % 60)}${point}${part(total % 1000, 3)}`;
};

const nativeSubtitles = (heard: Heard, format: string): FakeAnswer => {
  const start = heard.words[0]?.start ?? 0;
  const end = heard.words.at(-1)?.end ?? heard.durationSeconds;
  const point = format === "srt" ? "," : ".";
  const cue = `${clock(start, point)} --> ${clock(end, point)}\n${heard.text}\n\n`;
  return plain(format === "srt" ? `1\n${cue}` : `WEBVTT\n\n${cue}`);
};

const azure = (heard: Heard): Vendor => ({
  params: { model: "azure/whisper", api_key: "test-key", api_version: "2024-10-21" },
  base: "",
  timesWords: true,
  vendor: openaiServer(heard, (call) => {
    if (!has(call, "api-key", "test-key")) return refuse(401, "Access denied.");
    return call.query.some(([name]) => name === "api-version")
      ? undefined
      : { status: 404, body: { error: { code: "404", message: "Resource not found" } } };
  }),
});

const groq = (heard: Heard): Vendor => ({
  params: { model: "groq/whisper-large-v3", api_key: "sk-test-key" },
  base: "/openai/v1",
  timesWords: true,
  vendor: whisperServer({
    heard: { ...heard, text: ` ${heard.text}` },
    language: "English",
    plainFormats: ["text"],
    rules: (call) => {
      if (!has(call, "authorization", bearer)) return refuse(401, "Invalid API Key");
      if (call.path !== "/openai/v1/audio/transcriptions")
        return refuse(404, "Unknown request URL");
      return fieldValues(call, "stream").length > 0
        ? refuse(400, "property 'stream' is unsupported")
        : undefined;
    },
  }),
});

const fireworks = (heard: Heard): Vendor => ({
  params: { model: "fireworks_ai/whisper-v3", api_key: "sk-test-key" },
  base: "/v1",
  timesWords: true,
  vendor: whisperServer({
    heard,
    language: "en",
    plainFormats: ["text", "srt", "vtt"],
    rules: (call) =>
      fieldValues(call, "timestamp_granularities").length > 1
        ? refuse(400, "timestamp_granularities must be one value")
        : undefined,
  }),
});

const compatible = (heard: Heard): Vendor => ({
  params: { model: "openai_compatible/large-v3" },
  base: "/v1",
  timesWords: true,
  vendor: whisperServer({
    heard,
    language: "en",
    plainFormats: ["text", "srt", "vtt"],
    rules: () => undefined,
  }),
});

const deepgram = (heard: Heard): Vendor => ({
  params: { model: "deepgram/nova-3", api_key: "test-key" },
  base: "",
  timesWords: true,
  vendor: (call) => {
    const no = (status: number, err_code: string, err_msg: string): FakeAnswer => ({
      status,
      body: { err_code, err_msg, request_id: "r-1" },
    });
    if (!has(call, "authorization", "Token test-key"))
      return no(401, "INVALID_AUTH", "Invalid credentials.");
    if (call.body.type !== "raw" || !call.path.endsWith("/v1/listen"))
      return no(400, "Bad Request", "corrupt or unsupported data");
    if (!call.query.some(([name, value]) => name === "model" && value === "nova-3"))
      return no(400, "Bad Request", "No such model/language/tier combination found.");
    const words = heard.words.map(({ word, start, end }) => ({
      word: word.toLowerCase().replaceAll(/[.,]/gu, ""),
      punctuated_word: word,
      start,
      end,
      confidence: 0.99,
    }));
    const span = { start: words[0]?.start, end: words.at(-1)?.end };
    const asksFor = (name: string): boolean =>
      call.query.some((entry) => entry[0] === name && entry[1] !== "false");
    return {
      headers: { "dg-request-id": "r-1" },
      body: {
        metadata: {
          request_id: "r-1",
          duration: heard.durationSeconds,
          channels: 1,
          models: ["m"],
        },
        results: {
          channels: [
            {
              ...(asksFor("detect_language")
                ? { detected_language: "en", language_confidence: 0.99 }
                : {}),
              alternatives: [{ transcript: heard.text, confidence: 0.99, words }],
            },
          ],
          ...(asksFor("utterances")
            ? {
                utterances: [
                  {
                    ...span,
                    confidence: 0.99,
                    channel: 0,
                    transcript: heard.text,
                    words,
                    id: "u-1",
                  },
                ],
              }
            : {}),
        },
      },
    };
  },
});

const elevenlabs = (heard: Heard): Vendor => ({
  params: { model: "elevenlabs/scribe_v2", api_key: "test-key" },
  base: "/v1",
  timesWords: true,
  vendor: (call) => {
    if (!has(call, "xi-api-key", "test-key"))
      return {
        status: 401,
        body: { detail: { status: "invalid_api_key", message: "Invalid API key" } },
      };
    if (!isForm(call) || fieldValues(call, "model_id")[0] !== "scribe_v2")
      return {
        status: 422,
        body: { detail: [{ loc: ["body", "model_id"], msg: "Field required" }] },
      };
    const words = heard.words.flatMap(({ word, start, end }, index) => [
      ...(index === 0 ? [] : [{ text: " ", start, end: start, type: "spacing", logprob: 0 }]),
      { text: word, start, end, type: "word", speaker_id: "speaker_0", logprob: -0.01 },
    ]);
    return {
      body: {
        language_code: "eng",
        language_probability: 0.99,
        text: heard.text,
        words,
        audio_duration_secs: heard.durationSeconds,
      },
    };
  },
});

const assemblyai = (heard: Heard): Vendor => ({
  params: { model: "assemblyai/universal-2", api_key: "test-key" },
  base: "",
  timesWords: true,
  vendor: (call) => {
    if (!has(call, "authorization", "test-key"))
      return { status: 401, body: { error: "Authentication error, API token missing/invalid" } };
    if (call.path === "/v2/upload") {
      const { origin } = new URL(call.url);
      return { body: { upload_url: `${origin}/upload/1` } };
    }
    const milliseconds = (seconds: number): number => Math.round(seconds * 1000);
    if (call.method === "POST") {
      const { value } = call.body.type === "json" ? call.body : { value: {} };
      const models = (value as { speech_models?: readonly string[] }).speech_models ?? [];
      return models.length === 0
        ? { status: 400, body: { error: '"speech_models" must be a non-empty list' } }
        : { body: { id: "t-1", status: "queued" } };
    }
    if (call.method === "DELETE") return { body: {} };
    return {
      body: {
        id: "t-1",
        status: "completed",
        text: heard.text,
        language_code: "en_us",
        audio_duration: Math.ceil(heard.durationSeconds),
        words: heard.words.map(({ word, start, end }) => ({
          text: word,
          start: milliseconds(start),
          end: milliseconds(end),
          confidence: 0.99,
          speaker: null,
        })),
        utterances: null,
      },
    };
  },
});

const mistral = (heard: Heard): Vendor => ({
  params: { model: "mistral/voxtral-mini-transcribe-3-0", api_key: "sk-test-key" },
  base: "/v1",
  timesWords: false,
  vendor: (call) => {
    if (!has(call, "authorization", bearer))
      return {
        status: 401,
        body: { object: "error", message: "Unauthorized", type: "invalid_key" },
      };
    const wanted = fieldValues(call, "timestamp_granularities");
    const refused = ["prompt", "response_format", "timestamp_granularities[]"].some(
      (name) => fieldValues(call, name).length > 0,
    );
    if (refused || wanted.includes("word"))
      return {
        status: 422,
        body: { detail: [{ loc: ["body"], msg: "Extra inputs are not permitted" }] },
      };
    const [start, end] = [heard.words[0]?.start, heard.words.at(-1)?.end];
    return {
      body: {
        model: "voxtral-mini-transcribe-3-0",
        text: heard.text,
        language: null,
        segments: wanted.includes("segment")
          ? [{ type: "transcription_segment", text: heard.text, start, end }]
          : [],
        usage: {
          prompt_tokens: 1,
          completion_tokens: 1,
          total_tokens: 2,
          prompt_audio_seconds: Math.ceil(heard.durationSeconds),
        },
      },
    };
  },
});

/** Every provider that answers over HTTP, with a vendor that heard this. */
export const vendorsThatHeard = (heard: Heard): Readonly<Record<string, Vendor>> => ({
  openai: openai(heard),
  azure: azure(heard),
  groq: groq(heard),
  fireworks: fireworks(heard),
  openai_compatible: compatible(heard),
  deepgram: deepgram(heard),
  elevenlabs: elevenlabs(heard),
  assemblyai: assemblyai(heard),
  mistral: mistral(heard),
});
