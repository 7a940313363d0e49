import type { JsonObject, Task } from "@earshot/core";

/** The kinds of models that load from a folder, in sherpa-onnx's own spelling. */
export const MODEL_TYPES = [
  "moonshine",
  "whisper",
  "nemo_transducer",
  "transducer",
  "sense_voice",
  "canary",
  "paraformer",
  "nemo_ctc",
  "zipformer_ctc",
  "wenet_ctc",
  "dolphin",
  "fire_red_asr",
  "omnilingual",
] as const;

export type ModelType = (typeof MODEL_TYPES)[number];

/** A model whose files are on this machine: all that a decoder needs to load it. */
export interface LocalModel {
  readonly name: string;
  readonly type: ModelType;
  readonly folder: string;
  /** Absolute paths by sherpa-onnx's own role names, such as `encoder`. */
  readonly files: FileRoles<string>;
  /** Path of `tokens.txt`. */
  readonly tokens: string;
  /** Path of the Silero voice-activity model; undefined when there is none to be had. */
  readonly vad: string | undefined;
  /** ISO codes, or `any`. */
  readonly languages: readonly string[] | "any";
  /** Size of all weights on disk. */
  readonly weightsBytes: number;
  /** True when its files were checked against our own pinned hashes. */
  readonly pinned: boolean;
}

/** What one request asks of the model itself. */
export interface DecodeOptions {
  /** ISO 639-1; undefined: the model finds out, or knows only one. */
  readonly language: string | undefined;
  readonly task: Task;
}

/** Role of a file in sherpa-onnx's configuration, to its path or pattern. */
export type FileRoles<T> = Readonly<Record<string, T>>;

/** How a file is recognised, and a name for messages that is. */
export interface FilePattern {
  readonly pattern: RegExp;
  readonly example: string;
}

/** Everything that sets one kind of model apart, as data. */
export interface ModelFamily {
  /** The sets of files that make a model of this kind; the first complete one is taken. */
  readonly layouts: readonly FileRoles<FilePattern>[];
  /** Builds sherpa-onnx's `modelConfig` entries from the files that were found. */
  readonly configure: (files: FileRoles<string>, options: DecodeOptions) => JsonObject;
  /** ISO codes, or `any`. */
  readonly languages: readonly string[] | "any";
  readonly languageDetection: boolean;
  readonly translation: boolean;
  readonly wordTimestamps: "measured" | "estimated";
  /** True when language and task may change from one request to the next. */
  readonly followsOptions: boolean;
  /** True for models that make text up out of silence: they only get chunks that hold speech. */
  readonly needsSpeech: boolean;
}

/**
 * The languages of every multilingual Whisper model, as ISO 639 codes. Cantonese is left out: only
 * the newest models know it, and the engine ends the process over a language it does not know.
 * @see https://github.com/openai/whisper/blob/main/whisper/tokenizer.py
 */
export const WHISPER_LANGUAGES: readonly string[] = (
  "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur " +
  "hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si " +
  "km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha " +
  "ba jv su"
).split(" ");

const file = (example: string, pattern: RegExp): FilePattern => ({ example, pattern });

const MODEL = file("model.onnx", /^model.*\.onnx$/u);
const ENCODER = file("encoder.onnx", /^(?:.+-)?encoder(?:[-.].*)?\.onnx$/u);
const DECODER = file("decoder.onnx", /^(?:.+-)?decoder(?:[-.].*)?\.onnx$/u);
const JOINER = file("joiner.onnx", /^(?:.+-)?joiner(?:[-.].*)?\.onnx$/u);

const timed: Omit<ModelFamily, "layouts" | "configure"> = {
  languages: "any",
  languageDetection: true,
  translation: false,
  wordTimestamps: "measured",
  followsOptions: false,
  needsSpeech: false,
};

const oneFile = (
  key: string,
  extra: JsonObject = {},
): Pick<ModelFamily, "layouts" | "configure"> => ({
  layouts: [{ model: MODEL }],
  configure: (files) => ({ [key]: { ...files, ...extra } }),
});

const transducer = (modelType: string): ModelFamily => ({
  ...timed,
  layouts: [{ encoder: ENCODER, decoder: DECODER, joiner: JOINER }],
  configure: (files) => ({ transducer: { ...files }, modelType }),
});

/**
 * The kinds of models by name.
 * @see https://k2-fsa.github.io/sherpa/onnx/pretrained_models/index.html
 */
export const MODEL_FAMILIES: Readonly<Record<ModelType, ModelFamily>> = {
  moonshine: {
    ...timed,
    layouts: [
      {
        encoder: file("encoder_model.onnx", /^encoder_model.*\.(?:onnx|ort)$/u),
        mergedDecoder: file("decoder_model_merged.onnx", /^decoder_model_merged.*\.(?:onnx|ort)$/u),
      },
      {
        preprocessor: file("preprocess.onnx", /^preprocess.*\.onnx$/u),
        encoder: file("encode.onnx", /^encode\..*onnx$/u),
        uncachedDecoder: file("uncached_decode.onnx", /^uncached_decode.*\.onnx$/u),
        cachedDecoder: file("cached_decode.onnx", /^cached_decode.*\.onnx$/u),
      },
    ],
    configure: (files) => ({ moonshine: { ...files } }),
    languages: ["en"],
    languageDetection: false,
    wordTimestamps: "estimated",
  },
  whisper: {
    ...timed,
    layouts: [{ encoder: ENCODER, decoder: DECODER }],
    configure: (files, { language, task }) => ({
      whisper: {
        ...files,
        // Whisper's vocabulary calls Javanese `jw`.
        language: language === "jv" ? "jw" : (language ?? ""),
        task,
        // Only models exported with their attention answer this; the others ignore it.
        enableTokenTimestamps: 1,
      },
    }),
    languages: WHISPER_LANGUAGES,
    translation: true,
    wordTimestamps: "estimated",
    followsOptions: true,
    needsSpeech: true,
  },
  nemo_transducer: transducer("nemo_transducer"),
  transducer: transducer("transducer"),
  sense_voice: {
    ...timed,
    ...oneFile("senseVoice", { useInverseTextNormalization: 1 }),
    languages: ["zh", "en", "ja", "ko", "yue"],
  },
  canary: {
    ...timed,
    layouts: [{ encoder: ENCODER, decoder: DECODER }],
    configure: (files, { language = "en", task }) => ({
      canary: {
        ...files,
        srcLang: language,
        tgtLang: task === "translate" ? "en" : language,
        usePnc: 1,
      },
    }),
    languages: ["en", "es", "de", "fr"],
    languageDetection: false,
    translation: true,
    wordTimestamps: "estimated",
    followsOptions: true,
    needsSpeech: true,
  },
  paraformer: { ...timed, ...oneFile("paraformer"), languages: ["zh", "yue", "en"] },
  nemo_ctc: { ...timed, ...oneFile("nemoCtc") },
  zipformer_ctc: { ...timed, ...oneFile("zipformerCtc") },
  wenet_ctc: { ...timed, ...oneFile("wenetCtc") },
  dolphin: { ...timed, ...oneFile("dolphin") },
  fire_red_asr: {
    ...timed,
    layouts: [{ encoder: ENCODER, decoder: DECODER }],
    configure: (files) => ({ fireRedAsr: { ...files } }),
    languages: ["zh", "en"],
    wordTimestamps: "estimated",
    needsSpeech: true,
  },
  omnilingual: { ...timed, ...oneFile("omnilingual") },
};
