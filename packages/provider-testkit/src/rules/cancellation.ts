import { TranscriptionError } from "@earshot/core";
import { createVirtualClock, settle } from "@earshot/core/testing";
import { rulesOf } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ConformanceError, ensure, showError } from "../conformance-error.ts";
import { changeAnswers, halfOf } from "../fake-answer.ts";
import type { FakeAnswer, FakeVendor } from "../fake-answer.ts";
import { createProbe, ensureNothingHeld, transcriptOf } from "../probe.ts";
import type { Outcome, Probe } from "../probe.ts";
import { createAudioSample } from "../speech-sample.ts";
import { usualAnswer } from "../suite.ts";
import type { ProviderSuite } from "../suite.ts";

const TURNS = 200;

/** Lets everything run until the condition holds; throws when it never does. */
export async function untilTrue(condition: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (condition()) return;
    await settle();
  }
  throw new ConformanceError(`It never came to this: ${what}.`);
}

/** The promise's value, provided that it needs no time to pass. */
export async function atOnce<T>(promise: Promise<T>, what: string): Promise<T> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  promise.then(mark, mark);
  await untilTrue(() => done, what);
  return promise;
}

/** Waits for the outcome without letting time pass, and checks that it is the cancellation. */
export async function ensureCancelled(
  probe: Probe,
  pending: Promise<Outcome>,
  when: string,
): Promise<void> {
  const outcome = await atOnce(pending, `the transcription ends when it is cancelled ${when}`);
  ensure(!outcome.ok, `Cancelled ${when}, the transcription still ended in a transcript.`);
  const { error } = outcome;
  ensure(TranscriptionError.is(error), `Cancelled ${when}, it ended with ${showError(error)}`);
  ensure(error.code === "aborted", `Cancelled ${when}, the code is ${error.code}.`);
  await settle(3);
  ensureNothingHeld(probe, `after cancelling ${when}`);
}

const checkBefore = async (suite: ProviderSuite): Promise<void> => {
  const probe = createProbe(suite);
  probe.test.abort();
  await ensureCancelled(probe, probe.transcribe(), "before it starts");
  ensure(probe.transport.started() === 0, "A call was made after the cancellation.");
};

const checkUpload = async (suite: ProviderSuite): Promise<void> => {
  const audio = createAudioSample({
    onChunk: (index) => {
      if (index === 1) probe.test.abort();
    },
  });
  const probe: Probe = createProbe(suite, { audio });
  await ensureCancelled(probe, probe.transcribe(), "while the audio is sent");
};

/** The usual answers, but the one to call number `step` is changed. */
const changingAt = (
  suite: ProviderSuite,
  step: number,
  change: (answer: FakeAnswer) => FakeAnswer,
): FakeVendor =>
  changeAnswers(usualAnswer(suite), (answer, index) => (index === step ? change(answer) : answer));

const stepsOf = async (suite: ProviderSuite): Promise<number> => {
  const probe = createProbe(suite);
  await transcriptOf(probe);
  return probe.transport.calls.length;
};

/** Lets time pass as often as the provider pauses, until the condition holds. */
const reach = async (probe: Probe, condition: () => boolean, what: string): Promise<void> => {
  for (let turn = 0; turn < 100 && !condition(); turn += 1) {
    await settle();
    if (!condition() && probe.test.clock.pending() > 0) await probe.test.clock.advance(60_000);
  }
  ensure(condition(), `It never came to this: ${what}.`);
};

const checkWaiting = async (suite: ProviderSuite): Promise<void> => {
  for (let step = 0; step < (await stepsOf(suite)); step += 1) {
    const vendor = changingAt(suite, step, () => ({ silent: true }));
    const probe = createProbe(suite, { vendor, clock: createVirtualClock() });
    const pending = probe.transcribe();
    await reach(probe, () => probe.transport.calls.length > step, `call ${step + 1} is sent`);
    probe.test.abort();
    await ensureCancelled(probe, pending, `while call ${step + 1} is not answered`);
    const calls = probe.transport.started();
    ensure(calls === step + 1, "Another call was made after the cancellation.");
  }
};

const checkReading = async (suite: ProviderSuite): Promise<void> => {
  for (let step = 0; step < (await stepsOf(suite)); step += 1) {
    const vendor = changingAt(suite, step, (answer) => ({ ...halfOf(answer), ending: "hang" }));
    const probe = createProbe(suite, { vendor });
    const pending = probe.transcribe();
    await untilTrue(() => probe.transport.openBodies() > 0, `answer ${step + 1} is being read`);
    probe.test.abort();
    await ensureCancelled(probe, pending, `while answer ${step + 1} is read`);
  }
};

const checkDeadline = async (suite: ProviderSuite): Promise<void> => {
  const probe = createProbe(suite, { vendor: () => ({ silent: true }) });
  const pending = probe.transcribe();
  await untilTrue(() => probe.transport.calls.length > 0, "the first call is sent");
  probe.test.abort(new DOMException("The deadline has passed.", "TimeoutError"));
  const outcome = await atOnce(pending, "the transcription ends at its deadline");
  const error = outcome.ok ? undefined : outcome.error;
  ensure(TranscriptionError.is(error), `At its deadline it ended with ${showError(error)}`);
  ensure(error.code === "timeout", `At its deadline, the code is ${error.code}, not timeout.`);
};

/** Cancelled at any stage, a transcription ends at once and leaves nothing behind. */
export function cancellationRules(suite: ProviderSuite): CaseList {
  return rulesOf("cancellation", suite, {
    "before it starts": checkBefore,
    "while the audio is sent": checkUpload,
    "while it waits for an answer": checkWaiting,
    "while it reads an answer": checkReading,
    "by a deadline is told as a timeout": checkDeadline,
  });
}
