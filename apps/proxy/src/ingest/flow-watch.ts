import type { FormCollector } from "./form-collector.ts";
import type { Form } from "./read-form.ts";

/** Called at most once, with what has come so far, when the file has begun and the rest takes a while. */
export type OnFlowing = (partial: Form) => void;

export interface FlowWatch {
  /** To be called whenever something has come. */
  readonly look: () => void;
  readonly stop: () => void;
}

/** A smaller upload is mostly whole before a call that starts early would have gained anything. */
const FLOWING_BYTES = 256 * 1024;
const FLOWING_AFTER_MS = 10;

/** Calls `onFlowing` as soon as the file is large or slow. */
export function createFlowWatch(collector: FormCollector, onFlowing: OnFlowing): FlowWatch {
  let timer: NodeJS.Timeout | undefined;
  let told = false;
  const stop = (): void => {
    told = true;
    clearTimeout(timer);
  };
  const tell = (): void => {
    stop();
    onFlowing(collector.form);
  };
  return {
    look: () => {
      const { upload } = collector.form;
      if (told || upload === undefined) return;
      if (upload.receivedBytes >= FLOWING_BYTES) tell();
      else timer ??= setTimeout(tell, FLOWING_AFTER_MS);
    },
    stop,
  };
}
