export { fileFromBlob, fileFromBytes, fileFromPath } from "./audio-files.ts";
export { decodeAudio } from "./decode-audio.ts";
export type { DecodeOptions } from "./decode-audio.ts";
export { probeAudio } from "./probe-audio.ts";
export type { AudioProbe } from "./probe-audio.ts";
export { MAXIMUM_COLLECTED_BYTES } from "./random-access.ts";
export { sniffMediaType } from "./sniff-media-type.ts";
export type { Container, MediaType } from "./sniff-media-type.ts";
export type { StreamDetails } from "./stream-details.ts";
