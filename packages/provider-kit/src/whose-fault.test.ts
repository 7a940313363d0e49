import { ERROR_POLICY } from "@earshot/core";
import type { TranscriptionError } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { classifyHttpFailure } from "./classify-http-failure.ts";
import { BROKEN_AUDIO, OWN_FAILURES } from "./testing.ts";

const classify = (status: number, body: unknown): TranscriptionError =>
  classifyHttpFailure({
    provider: "acme",
    status,
    header: () => undefined,
    bodyText: typeof body === "string" ? body : JSON.stringify(body),
    now: 0,
  });

const said = (message: string): unknown => ({ error: { message } });

/** Of the provider's machine, its model or its set-up, whatever it was working at. */
const MACHINE: readonly string[] = [
  ...OWN_FAILURES,
  "Invalid URL (POST /v2/audio/transcriptions)",
  "Failed to load audio: [Errno 2] No such file or directory: 'ffmpeg'",
  "Failed to decode audio: CUDA error: device-side assert triggered",
  "Failed to decode audio: cuDNN error: CUDNN_STATUS_INTERNAL_ERROR",
  "Could not decode audio: torch.cuda.OutOfMemoryError",
  "No NVIDIA driver found on your system, cannot process audio",
  "RuntimeError: Error opening '/models/ggml-base.bin': corrupt file",
  "Corrupt checkpoint file /app/models/large-v3.safetensors",
  "Model file is corrupted",
  "The model is still loading, please retry the audio later",
  "Language model failed to load",
  "Failed to initialize the speech decoder",
  "Audio worker crashed while processing file",
  "Transcription backend not available for language en",
  "Failed to read audio: Permission denied",
  "PermissionError: [Errno 13] Permission denied: '/tmp/tmpx1.wav'",
  "OSError: [Errno 24] Too many open files: '/tmp/upload.mp3'",
  "Cannot allocate memory while decoding audio",
  "std::bad_alloc while decoding the audio file",
  "Segmentation fault (core dumped) in audio decoder",
  "Could not open temporary file for the audio",
  "Failed to write audio to disk: Disk quota exceeded",
  "Read-only file system: '/data/audio/1.wav'",
  "Missing environment variable MODEL_DIR for the audio service",
  "ffmpeg not found; audio cannot be decoded",
  "error while loading shared libraries: libavcodec.so.58: cannot open shared object file",
  "bfloat16 is not supported on this GPU",
  "TypeError: transcribe() got an unexpected keyword argument 'language'",
  "AttributeError: 'NoneType' object has no attribute 'audio'",
  "ModuleNotFoundError: No module named 'soundfile'",
  "Expecting value: line 1 column 1 (char 0)",
  "Internal error while reading the audio file",
  "gRPC channel is closed, cannot send audio",
  "Connection refused by media server",
  "Could not connect to the audio service",
  "Failed to fetch model for language de",
  "Queue is full, audio rejected",
  "Database connection lost while storing the file",
  "SSL certificate of the media server is invalid",
  "Config file is missing field 'audio'",
  "File descriptor limit reached",
  "Unknown path /v1/audio/transcriptions",
  "onnxruntime: Failed to load audio preprocessor",
];

/** Of the audio itself, as decoders say it. */
const BROKEN: readonly string[] = [
  ...BROKEN_AUDIO,
  "EBML header parsing failed",
  "[mp3float @ 0x55d0] Header missing",
  "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] moov atom not found",
  "[Errno 1094995529] Invalid data found when processing input: '/tmp/tmp8x.wav'",
  "Failed to load audio: ffmpeg version 4.4 configuration: --enable-cuda --enable-gpu\n/tmp/x: Invalid data found when processing input",
  "Error opening '/var/tmp/a.wav': File contains data in an unknown format.",
  "soundfile.LibsndfileError: Error opening <_io.BytesIO>: Format not recognised.",
  "file does not start with RIFF id",
  "not a WAVE file",
  "Bad header in the audio file",
  "Corrupt FLAC frame header",
  "The worker could not decode the audio file",
  "Our backend could not decode this audio; check your account's guide",
  "The audio file could not be decoded. Please try again later.",
  "Output file #0 does not contain any stream",
  "Failed to decode audio file '/app/uploads/talk.mp3'",
  "The audio is corrupted",
  "Your file is corrupt",
  "No audio stream found",
  "audio file is empty",
  `ffmpeg says: ${"configuration ".repeat(400)} moov atom not found`,
];

/** Of a field, or of what is said in the audio. */
const REQUEST: readonly string[] = [
  "The audio could not be understood.",
  "Please upload another file.",
  "Your recording has no speech.",
  "Unknown language code: xx",
  "temperature must be between 0 and 1",
  "Invalid value for 'language'",
  "Missing required parameter: 'file'",
  "Prompt exceeds 224 tokens",
  "timestamp_granularities[] requires response_format verbose_json",
  "At most 100 keywords, please",
  "Sample rate of 4000 Hz is too low",
  "Field required",
  "Only one audio channel is allowed",
];

/** Of nothing that is known. */
const NOBODY: readonly string[] = [
  "Something went wrong.",
  "I'm a teapot",
  "Nope",
  "you must use another model",
  "The profile is incomplete.",
  "Rejected.",
  "Computer says no",
  "This operation is not valid",
];

/** Sentences of many servers that need another deployment, or may need one. */
const MOVES_ON: readonly string[] = [
  "Failed to transcribe audio: RuntimeError",
  "Whisper failed to process audio",
  "Failed to decode audio: Resource temporarily unavailable",
  "Cannot read audio file: EACCES",
  "Could not open audio device",
  "Failed to open audio codec library",
  "Failed to load whisper model",
  "tokenizer file missing",
  "VAD model could not be loaded",
  "Unknown option: --language-model-path",
  "Prompt cache is full",
  "Media server returned 502",
  "spawn ffmpeg ENOENT",
  "Request timed out while processing audio",
  "Worker process died while transcribing audio file",
  "Model 'large-v3' is not loaded, cannot process audio",
  "Inference failed for audio batch",
  "Diarization model requires HF_TOKEN",
  "Cannot find model for audio transcription",
  "Resource not found: audio/transcriptions",
  "failed to read response from audio service",
  "An error occurred while processing your file",
  "Something went wrong while processing the audio. Please try again.",
  "CUDA error: an illegal memory access was encountered",
  "hipErrorNoBinaryForGpu while processing audio",
  "Audio file could not be saved: disk is full",
  "cannot create temp file for audio",
  "Unable to write file",
  "File too big for /tmp",
  "failed to open /models/vad.onnx",
  "Error loading file model.bin",
  "libcublas.so.11: cannot open shared object file",
  "Invalid model file format",
  "Model file format is invalid",
  "audio: backend 'soundfile' unavailable",
  "No audio backend is available",
  "no backend available for file",
  "The file could not be sent to the worker",
  "pipe closed while writing audio",
  "deadline exceeded while waiting for audio worker",
  "Rate of audio service exceeded",
  "The language service did not respond",
  "Missing dependency: ffmpeg is required to read audio files",
  "Please install ffmpeg to process audio files",
  "Python module 'av' missing, cannot decode audio",
  "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 2 GiB for audio array",
  "RuntimeError: CUDA failed with error out of memory (file encoder.cc)",
  "ValueError: Requested float16 compute type, but the target device or backend do not support efficient float16 computation.",
  "cannot reshape tensor of 0 elements into shape [1, 0, 8, -1]",
  "The size of tensor a (1500) must match the size of tensor b (1400)",
  "Unauthorized audio endpoint",
  "audio feature is disabled for this deployment",
  "Speech recognition is not enabled on this server",
  "Feature extractor file preprocessor_config.json not found",
  "preprocessor_config.json missing in model directory",
  "Storage quota reached, file rejected",
  "Redis connection failed while queueing file",
  "Kafka: message too large",
  "Bad Gateway while fetching audio",
  "upstream audio service returned an invalid response",
  "Certificate verify failed",
  "hostname mismatch",
  "Invalid host",
  "wrong number of arguments",
  "Function transcribe missing 1 required positional argument: 'file'",
  "name 'audio' is not defined",
  "cannot unpack non-iterable NoneType object",
  "unexpected token < in JSON at position 0",
  "Cannot read properties of undefined (reading 'language')",
  "nil pointer dereference",
  "Failed to start transcription engine",
  "Encoder failed",
  "Beam search failed for audio",
  "Could not acquire lock on audio model",
  "Thread pool exhausted",
  "Maximum number of concurrent files reached",
  "Too many concurrent audio requests",
  "File limit reached, try again later",
  "failed to allocate audio buffer",
  "Invalid server configuration: field 'language' missing",
  "Missing required header: Authorization",
  "Missing value for header X-Region",
  "The URL query is missing the field api-version",
  "Unsupported api-version '2023-01-01'. Supported values are 2024-06-01",
  "The value 'x' is not valid for api-version",
  "Missing API version",
  "invalid URL",
  "Invalid URL 'http:///audio': No host supplied",
  "The specified parameter Azure deployment does not exist",
  "Parameter 'engine' is required",
  "Field required: model",
  "'model' is a required property",
  "you must provide a model parameter",
  "Invalid parameter: model must be whisper-1",
  "model: Field required",
];

/** Sentences after which no other deployment is asked in vain, or only those that take other formats. */
const CLIENTS_OWN: readonly string[] = [
  "Error decoding audio",
  "invalid WAVE file",
  "Cannot detect the audio format",
  "The file contains no audio",
  "Zero-length audio",
  "mp3 frame header is corrupt",
  "Malformed OGG page",
  "Truncated FLAC file",
  "RIFF chunk size mismatch",
  "no moov atom",
  "Failed to read WAV header",
  "pydub.exceptions.CouldntDecodeError: Decoding failed. ffmpeg returned error code: 183",
  "could not process file - is it a valid media file?",
  "The audio stream could not be decoded with the provided configuration.",
  "Audio file might be corrupted or unsupported",
  "Audio input could not be decoded",
  "Failed to decode audio. The provided file type is not supported.",
  "File upload is corrupted. Please ensure it is playable audio.",
  "Invalid or unsupported audio file.",
  "Unsupported file type",
  "The file you uploaded does not look like audio",
  "Uploaded file is not audio",
  "Not an audio file",
  "failed to read audio data",
  "cannot decode file",
  "couldn't decode the media",
  "Error: could not read frames of the audio",
  "/tmp/tmpab12.webm: End of file",
  "[matroska,webm @ 0x7f] EBML header parsing failed",
  "[wav @ 0x1] invalid start code in RIFF header",
  "[aac @ 0x1] decode_band_types: Input buffer exhausted before END element found\nError while decoding stream #0:0: Invalid data found when processing input",
  "Could not find stream information in audio",
  "soundfile: unknown error in libsndfile: Error : flac decoder lost sync.",
  "audio container is malformed",
  "Audio file header is truncated",
  "file header is corrupt",
  "Wave header missing",
  "WAV file is truncated",
  "audio is damaged",
  "damaged recording",
  "The recording is unreadable",
  "media is broken",
  "Speech file invalid",
  "no valid audio in file",
  "'xx' is not a valid language code",
  "Temperature should be <= 1",
  "timestamp_granularities must be word or segment",
  "Unrecognized request argument supplied: foo",
  "No audio file was provided",
  "num_speakers must be positive",
  "Only mono audio is allowed",
  "Invalid value: 'xml'. Supported values are: 'json', 'text'",
  "The language parameter must be specified in ISO-639-1",
  "Invalid ISO code for language: english",
  "language code 'x' not recognized",
  "granularity word requires verbose_json",
  "Prompt must be a string",
  "temperature: must be a number",
  "Invalid temperature: 3",
  "keywords: too many items",
  "You provided too many keywords",
  "hotwords exceed 500 characters",
  "max 10 speakers",
  "stream and srt format conflict",
  "diarization requires an audio of at least 2 s",
  "The sample rate is not supported",
  "sample_rate is missing",
  "encoding must be linear16",
  "channels must be 1 or 2",
  "Please specify a language",
  "A file is required",
  "Request is missing an audio file",
  "Missing file",
  "no file",
  "file field is missing",
  "response_format: Input should be 'json'",
  "chunking_strategy is invalid",
  "include: only logprobs allowed",
  "Parameter 'foo' is unknown",
  "argument 'foo' is invalid",
  "invalid parameter foo",
];

test.each(MOVES_ON)("nobody is blamed by: %s", (message) => {
  for (const status of [200, 400, 422, 500])
    expect(ERROR_POLICY[classify(status, said(message)).code].retry).not.toBe("never");
  expect(classify(500, said(message)).code).toBe("provider_error");
});

test.each(CLIENTS_OWN)("the request is blamed by: %s", (message) => {
  const { code } = classify(400, said(message));
  expect([
    "audio_unreadable",
    "invalid_request",
    "unsupported_media",
    "unsupported_feature",
  ]).toContain(code);
});

test("no message takes long to judge", () => {
  const parts = [
    "audio ",
    "model ",
    "load ",
    "file header ",
    "a_",
    "/x",
    "[",
    "a.b ",
    "server ",
    "invalid ",
  ];
  const startMs = performance.now();
  for (const part of [...parts, parts.join("")])
    for (const end of ["", "!", " is down"])
      classify(400, said(`${part.repeat(64_000 / part.length)}${end}`));
  // Some 3000 characters are judged, each pattern walks them once.
  expect(performance.now() - startMs).toBeLessThan(5000);
});

describe("what a provider says of its own machine", () => {
  test.each(MACHINE)("moves on and blames nobody's audio: %s", (message) => {
    for (const status of [200, 400, 422, 500]) {
      const { code, param } = classify(status, said(message));
      expect([status, ERROR_POLICY[code].retry]).not.toEqual([status, "never"]);
      expect([status, param]).toEqual([status, undefined]);
    }
    expect(classify(500, said(message)).code).toBe("provider_error");
    // The deployment is at fault, and is to cool down when it stays so.
    expect(ERROR_POLICY[classify(400, said(message)).code].health).not.toBe("none");
  });
});

describe("what decoders say of the audio", () => {
  test.each(BROKEN)("ends the request: %s", (message) => {
    for (const body of [said(message), { detail: message }, message])
      for (const status of [200, 400, 422])
        expect(classify(status, body)).toMatchObject({ code: "audio_unreadable", param: "file" });
  });

  test.each([
    "Failed to decode audio file",
    "The audio could not be decoded",
    "moov atom not found",
    "Failed to load audio: Invalid data found when processing input",
    "Invalid WAV header",
  ])("ends it with 500, too: %s", (message) => {
    expect(classify(500, said(message)).code).toBe("audio_unreadable");
  });

  test.each([
    "Failed to process audio",
    "Failed to load audio",
    "Unable to open file",
    "The file is corrupt",
    "Failed to process file",
    "Could not read the recording",
    "Invalid audio",
    "Failed to decode the response",
  ])("is not said by a 500 that may mean anything: %s", (message) => {
    expect(classify(500, said(message)).code).toBe("provider_error");
  });
});

describe("what is said of a request", () => {
  test.each(REQUEST)("ends it where a field is blamed: %s", (message) => {
    expect(classify(400, said(message)).code).toBe("invalid_request");
    expect(classify(422, { detail: message }).code).toBe("invalid_request");
    expect(classify(500, said(message)).code).toBe("provider_error");
  });

  test.each(NOBODY)("moves on where nobody is, and cools nothing down: %s", (message) => {
    for (const status of [400, 422])
      expect(classify(status, said(message)).code).toBe("request_refused");
    expect(classify(431, said(message)).code).toBe("bad_response");
  });

  test.each([
    "Authorization header missing",
    "Missing Content-Type header for the file",
    "Invalid header name for audio upload",
    "Request header field too large",
    "The audio content-type header is missing",
  ])("is of HTTP where it is about its headers: %s", (message) => {
    for (const status of [400, 422]) {
      const { code } = classify(status, said(message));
      expect(ERROR_POLICY[code].retry).not.toBe("never");
    }
  });
});

describe("a code of the vendor's own", () => {
  const coded = (code: string, message = "No."): string =>
    classify(400, { error: { message, code } }).code;

  test.each([
    "invalid_value",
    "missing_required_parameter",
    "INVALID_ARGUMENT",
    "validation_error",
    "AudioTooQuiet",
    "invalid_language",
    "prompt_too_long",
  ])("blames the request: %s", (code) => {
    expect(coded(code)).toBe("invalid_request");
  });

  test.each([
    "profile_error",
    "file_system_error",
    "audio_service_down",
    "language_model_unavailable",
    "media_server_error",
    "FileDescriptorLimit",
    "subscription_value",
    "informational",
    "None",
    "missing_environment_variable",
  ])("blames it by no part of a word: %s", (code) => {
    expect(ERROR_POLICY[classify(400, { error: { message: "No.", code } }).code].retry).not.toBe(
      "never",
    );
  });

  test("counts for more than the sentence", () => {
    expect(coded("bad_audio", "The worker failed")).toBe("audio_unreadable");
    expect(coded("rate_limit_exceeded", "Invalid audio")).toBe("rate_limited");
  });

  test("counts for less than a sign of the machine's own failure", () => {
    expect(coded("invalid_value", "CUDA out of memory")).toBe("bad_response");
  });
});

describe("a field that a refusal names", () => {
  const named = (param: unknown, message = "No"): TranscriptionError =>
    classify(400, { error: { message, type: "invalid_request_error", param } });
  const placed = (...loc: readonly unknown[]): TranscriptionError =>
    classify(422, { detail: [{ loc, msg: "Input should be 'large-v3'" }] });

  test.each(["None", "null", "", " ", "undefined", "nil", "N/A", null, 7, "no such thing"])(
    "is none when it is %j",
    (param) => {
      const error = named(param);
      expect([error.code, error.param]).toEqual(["request_refused", undefined]);
    },
  );

  test("is none in LiteLLM's words", () => {
    const message = "litellm.BadRequestError: upstream said no";
    const body = { error: { message, type: "None", param: "None", code: "400" } };
    const error = classify(400, body);
    expect([ERROR_POLICY[error.code].retry, error.param]).toEqual(["elsewhere", undefined]);
  });

  test.each([
    "model",
    "model_id",
    "body.model",
    "api_version",
    "api-version",
    "api_key",
    "deployment_id",
    "Authorization",
    "x-api-key",
    "header.x-org",
    "query.tier",
    "Content-Type",
  ])("is the operator's when it is %s", (param) => {
    expect(ERROR_POLICY[named(param).code].retry).toBe("elsewhere");
    expect(ERROR_POLICY[named(param, "you must use another value").code].retry).toBe("elsewhere");
  });

  test.each([
    [["body", "model"]],
    [["query", "token"]],
    [["query", "language"]],
    [["header", "x-org"]],
    [["path", "id"]],
    [["cookie", "session"]],
    [["body", "TranscriptionForm", "model", "literal"]],
  ])("is the operator's at %j", (loc) => {
    expect(ERROR_POLICY[placed(...loc).code].retry).toBe("elsewhere");
  });

  test.each([
    [["body", "language"], "language"],
    [["body", "file"], "file"],
    [["body", "timestamp_granularities[]", 0], "timestamp_granularities[]"],
    [["language"], "language"],
    [["body", "constructor"], "constructor"],
    [["body", "__proto__"], "__proto__"],
    [["body", "toString"], "toString"],
  ] as const)("is the client's at %j", (loc, param) => {
    expect(placed(...loc)).toMatchObject({ code: "invalid_request", param });
  });

  test("is the client's in any vendor's writing", () => {
    for (const param of ["language", "body.language", "url", "response_format", "model_kwargs"])
      expect(named(param)).toMatchObject({ code: "invalid_request", param });
  });

  test("blames nobody beside one of the operator's", () => {
    const detail = [
      { loc: ["body", "file"], msg: "Field required" },
      { loc: ["body", "model"], msg: "Field required" },
    ];
    expect(ERROR_POLICY[classify(422, { detail }).code].retry).toBe("elsewhere");
  });

  test("counts for less than a sign of the machine's own failure", () => {
    expect(named("file", "Cannot open file /dev/nvidia0").code).toBe("bad_response");
  });
});
