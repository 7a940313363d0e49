/** What servers say of their own machine, model or set-up: another deployment may have a better one. */
export const OWN_FAILURES: readonly string[] = [
  "Failed to process audio: CUDA out of memory",
  "Failed to load model file: unexpected end of file",
  "Unable to process file: No space left on device",
  "Cannot open file /dev/nvidia0",
  "Model weights are corrupt",
  "double free or corruption (out)",
  "unable to load audio encoder weights",
  "Failed to read file: Input/output error",
  "Could not load audio backend",
  "Too many open files",
  "No such file or directory: '/models/whisper.bin'",
  "[Errno 28] No space left on device: cannot write file",
  "Audio service is down",
  "Speech engine is not ready",
  "Connection stream was closed",
  "Invalid value for environment variable HF_TOKEN",
  "The api-version query parameter is missing",
  "Invalid URL (POST /v1/audio/transcriptions)",
];

/** What decoders say of an audio that nobody can read. */
export const BROKEN_AUDIO: readonly string[] = [
  "Invalid WAV header",
  "The audio file has an invalid header",
  "Header missing",
  "Invalid data found when processing input",
  "Decoding failed. ffmpeg returned error code: 1",
  "moov atom not found",
  "could not find codec parameters",
];
