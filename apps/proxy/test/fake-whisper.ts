import { fieldValues } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream, RecordedCall } from "@earshot/provider-testkit/upstream";

/** OpenAI's own shape of an answer, with all ten fields of a segment. */
export const VERBOSE: Readonly<Record<string, unknown>> = {
  task: "transcribe",
  language: "english",
  duration: 1,
  text: "Ask not.",
  segments: [
    {
      id: 0,
      seek: 0,
      start: 0,
      end: 1,
      text: " Ask not.",
      tokens: [50364, 12320, 406, 13],
      temperature: 0,
      avg_logprob: -0.25,
      compression_ratio: 0.8,
      no_speech_prob: 0.01,
    },
  ],
  usage: { type: "duration", seconds: 1 },
};

const WORDS = [
  { word: "Ask", start: 0, end: 0.4 },
  { word: "not.", start: 0.4, end: 1 },
];

export const SRT = "1\n00:00:00,000 --> 00:00:01,000\nAsk not.\n\n";
export const VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nAsk not.\n\n";

const DIARIZED = {
  task: "transcribe",
  duration: 1,
  text: "A: Ask not.",
  segments: [
    {
      type: "transcript.text.segment",
      id: "seg_001",
      start: 0,
      end: 1,
      text: "Ask not.",
      speaker: "A",
    },
  ],
  usage: { type: "duration", seconds: 1 },
};

const EVENTS = [
  { type: "transcript.text.delta", delta: "Ask" },
  { type: "transcript.text.delta", delta: " not." },
  { type: "transcript.text.done", text: "Ask not." },
];

const answerOf = (call: RecordedCall): FakeAnswer => {
  const granularities = fieldValues(call, "timestamp_granularities[]");
  if (fieldValues(call, "stream")[0] === "true")
    return {
      headers: { "content-type": "text/event-stream" },
      body: EVENTS.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""),
    };
  const plain = (body: string): FakeAnswer => ({
    headers: { "content-type": "text/plain; charset=utf-8", "x-request-id": "req_upstream" },
    body,
  });
  const format: string = fieldValues(call, "response_format")[0] ?? "json";
  switch (format) {
    case "text":
      return plain("Ask not.\n");
    case "srt":
      return plain(SRT);
    case "vtt":
      return plain(VTT);
    case "verbose_json": {
      const { segments, ...rest } = VERBOSE;
      const wantsSegments = granularities.length === 0 || granularities.includes("segment");
      return {
        body: {
          ...rest,
          ...(wantsSegments ? { segments } : {}),
          ...(granularities.includes("word") ? { words: WORDS } : {}),
        },
      };
    }
    case "diarized_json":
      return { body: DIARIZED };
    default:
      return { body: { text: "Ask not.", usage: { type: "duration", seconds: 1 } } };
  }
};

/** A server that answers as OpenAI answers for `whisper-1` and the `gpt-4o-transcribe` models. */
export const startFakeWhisper = (): Promise<FakeUpstream> =>
  startFakeUpstream((call) =>
    call.headers["authorization"] === "Bearer sk-test-upstream"
      ? answerOf(call)
      : { status: 401, body: { error: { message: "Incorrect API key provided." } } },
  );

/** A config in front of it, as a user would write it. */
export const whisperConfig = (upstream: FakeUpstream): string => `
model_list:
- model_name: whisper-1
  litellm_params:
    model: openai/whisper-1
    api_key: sk-test-upstream
    api_base: ${upstream.url}/v1
- model_name: gpt-4o-transcribe
  litellm_params:
    model: openai/gpt-4o-transcribe
    api_key: sk-test-upstream
    api_base: ${upstream.url}/v1
general_settings:
  master_key: sk-1234
`;
