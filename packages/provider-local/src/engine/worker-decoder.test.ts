import { decodeAudio } from "@earshot/audio";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { madeSound } from "../../test/made-sound.ts";
import { realModel } from "../../test/real-model.ts";
import { hasSpeech, plainWords, speech } from "../../test/speech.ts";
import { cutAtPauses } from "../chunk/cut-at-pauses.ts";
import type { ChunkOptions } from "../chunk/transcribe-chunk.ts";
import type { LocalModel } from "../model-families.ts";
import { findEngine } from "./open-speech-engine.ts";
import type { EngineKind } from "./speech-engine.ts";
import { probeModel, startDecoder } from "./worker-decoder.ts";
import type { Decoder } from "./worker-decoder.ts";

// Loading a model takes a second on a free machine, and much longer on a busy one.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { model, missing } = await realModel();
const recordings = hasSpeech();
const never = new AbortController().signal;
const OPTIONS: ChunkOptions = { language: undefined, task: "transcribe", needsSpeech: false };

const started: Decoder[] = [];
afterAll(() => Promise.all(started.map((decoder) => decoder.stop())));

const theModel = (): LocalModel => {
  if (model === undefined) throw new Error("There is no model.");
  return model;
};

const start = async (choice: EngineKind, loaded = theModel()): Promise<Decoder> => {
  const decoder = await startDecoder({ model: loaded, choice, numThreads: 1 }, never);
  started.push(decoder);
  return decoder;
};

const textOf = async (decoder: Decoder, name: string): Promise<string> => {
  const texts: string[] = [];
  for await (const { samples } of cutAtPauses(decodeAudio(await speech(name)))) {
    const pieces = await decoder.transcribe(samples, OPTIONS);
    texts.push(...pieces.map(({ text }) => text));
  }
  return plainWords(texts.join(" "));
};

describe.skipIf(missing !== undefined).each<EngineKind>(["native", "wasm"])(
  "startDecoder with the %s engine",
  (kind) => {
    let decoder: Decoder;
    beforeAll(async () => {
      decoder = await start(kind);
    });

    it("says which engine it is, and hears nothing in silence", async () => {
      expect(decoder.kind).toBe(kind);
      expect(await decoder.transcribe(madeSound([3, 0]), OPTIONS)).toEqual([]);
      expect(await decoder.transcribe(madeSound([0.01, 0.5]), OPTIONS)).toEqual([]);
    });

    it.skipIf(!recordings)("transcribes speech", async () => {
      expect(await textOf(decoder, "goforward.wav")).toBe("go forward ten meters");
    });

    it.skipIf(!recordings)("finds phrases between long pauses by the voices in them", async () => {
      expect(await textOf(decoder, "vosk-test-digits.wav")).toContain("zero zero zero one");
    });

    it("lives through samples that are no numbers", async () => {
      const broken = new Float32Array(16_000).fill(Number.NaN);
      expect(await decoder.transcribe(broken, OPTIONS)).toEqual([]);
      expect(decoder.alive()).toBe(true);
    });

    it("rejects a model whose files are not there", async () => {
      const files = { ...theModel().files, encoder: "/nowhere/encoder_model.onnx" };
      await expect(start(kind, { ...theModel(), files })).rejects.toMatchObject({
        name: "TranscriptionError",
      });
    });

    it("rejects what is under way when it is stopped", async () => {
      const work = decoder.transcribe(madeSound([20, 0.2]), OPTIONS);
      const outcome = Promise.allSettled([work]);
      await decoder.stop();
      expect(await outcome).toMatchObject([{ status: "rejected", reason: { code: "aborted" } }]);
      expect(decoder.alive()).toBe(false);
      await expect(decoder.transcribe(madeSound([1, 0]), OPTIONS)).rejects.toMatchObject({
        code: "aborted",
      });
    });
  },
);

describe("findEngine", () => {
  it("tells which build runs here, and why it is not the native one", async () => {
    const { kind, reason } = await findEngine();
    expect(kind === "native").toBe(reason === undefined);
  });
});

describe.skipIf(missing !== undefined)("startDecoder", () => {
  it("takes an engine by itself", async () => {
    const decoder = await startDecoder({ model: theModel(), choice: "auto", numThreads: 1 }, never);
    started.push(decoder);
    expect(["native", "wasm"]).toContain(decoder.kind);
  });

  it("stops loading when the signal fires", async () => {
    const leaving = new AbortController();
    const starting = startDecoder(
      { model: theModel(), choice: "auto", numThreads: 1 },
      leaving.signal,
    );
    leaving.abort();
    await expect(starting).rejects.toMatchObject({ code: "aborted" });
  });
});

describe.skipIf(missing !== undefined)("probeModel", () => {
  const probe = (changed: Partial<LocalModel>): Promise<void> =>
    probeModel({ model: { ...theModel(), ...changed }, choice: "native", numThreads: 1 }, never);

  it("lets a good model pass", async () => {
    await expect(probe({})).resolves.toBeUndefined();
  });

  it("survives a model of another type, over which the engine ends its process", async () => {
    const files = { model: theModel().files["encoder"] ?? "" };
    const probing = probe({ type: "sense_voice", files });
    await expect(probing).rejects.toMatchObject({ code: "provider_model_not_found" });
    await expect(probing).rejects.toThrow(
      "does not load as sense_voice: 'vocab_size' does not exist",
    );
    await expect(probing).rejects.toThrow("model_type");
  });

  it("survives a vocabulary that is none", async () => {
    const tokens = theModel().files["encoder"] ?? "";
    await expect(probe({ tokens })).rejects.toMatchObject({ code: "provider_model_not_found" });
  });

  it("passes the engine's own reason on", async () => {
    const files = { ...theModel().files, encoder: theModel().tokens };
    await expect(probe({ files })).rejects.toThrow(/Protobuf parsing failed|failed/u);
  });

  it("stops when the signal fires", async () => {
    const probing = probeModel(
      { model: theModel(), choice: "native", numThreads: 1 },
      AbortSignal.abort(),
    );
    await expect(probing).rejects.toMatchObject({ code: "aborted" });
  });
});
