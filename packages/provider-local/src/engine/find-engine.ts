import { loadNativeEngine } from "./native-engine.ts";
import type { EngineKind } from "./speech-engine.ts";

/** The build of the engine that runs on this machine. */
export interface FoundEngine {
  readonly kind: EngineKind;
  /** Why it is not the native one. */
  readonly reason?: string;
}

/** Finds out whether the native build loads here; loads no model. Never rejects. */
export async function findEngine(): Promise<FoundEngine> {
  try {
    await loadNativeEngine();
    return { kind: "native" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "wasm", reason: message.trim().split("\n", 1)[0] ?? "" };
  }
}
