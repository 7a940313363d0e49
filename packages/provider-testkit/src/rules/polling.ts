import { TranscriptionError } from "@earshot/core";
import { createVirtualClock } from "@earshot/core/testing";
import { rulesOf, scenarioCases } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ensure, showError } from "../conformance-error.ts";
import { toVendor } from "../fake-answer.ts";
import type { FakeVendor } from "../fake-answer.ts";
import { createProbe, errorOf, transcriptOf } from "../probe.ts";
import type { Probe } from "../probe.ts";
import { scenarioOf, usualAnswer } from "../suite.ts";
import type { PollingScenario, ProviderSuite } from "../suite.ts";
import { ensureCancelled, untilTrue } from "./cancellation.ts";

const SHORTEST_MS = 50;
const LONGEST_MS = 60_000;

interface Play {
  readonly suite: ProviderSuite;
  readonly scenario: PollingScenario;
}

/** A vendor whose job is not ready for so many polls. */
const pendingFor = ({ suite, scenario }: Play, polls: number): FakeVendor => {
  const usual = toVendor(scenario.answer ?? usualAnswer(suite));
  let asked = 0;
  let answered = 0;
  return (call) => {
    if (scenario.isPoll(call) && asked < polls) {
      asked += 1;
      return scenario.pending;
    }
    // Polls that were held back do not count among the answers.
    answered += 1;
    return usual(call, answered - 1);
  };
};

const probeOf = (play: Play, vendor: FakeVendor, manual = false): Probe => {
  const { suite, scenario } = play;
  const clock = createVirtualClock({ autoAdvance: !manual });
  return createProbe(suite, {
    vendor,
    clock,
    model: scenario.models?.[0],
    request: scenario.request,
  });
};

const checkPauses = async (play: Play): Promise<void> => {
  const probe = probeOf(play, pendingFor(play, 8));
  await transcriptOf(probe);
  const { sleeps } = probe.test.clock;
  ensure(
    sleeps.length >= 8,
    `A job that was pending 8 times was paused for ${sleeps.length} times.`,
  );
  const inBounds = sleeps.every((pause) => pause >= SHORTEST_MS && pause <= LONGEST_MS);
  ensure(inBounds, `The pauses are not all between 50 ms and a minute: ${sleeps.join(", ")}.`);
  const grows = sleeps.every((pause, index) => pause >= (sleeps[index - 1] ?? 0));
  ensure(grows, `The pauses get shorter: ${sleeps.join(", ")}.`);
};

const checkCancellation = async (play: Play): Promise<void> => {
  const probe = probeOf(play, pendingFor(play, Number.POSITIVE_INFINITY), true);
  const pending = probe.transcribe();
  await untilTrue(() => probe.test.clock.pending() === 1, "the provider waits for the job");
  probe.test.abort();
  await ensureCancelled(probe, pending, "while the job is not ready");
};

const checkEndlessJob = async (play: Play): Promise<void> => {
  const probe = probeOf(play, pendingFor(play, Number.POSITIVE_INFINITY));
  const error = await errorOf(probe, "A job that never ends");
  ensure(TranscriptionError.is(error), `A job that never ends is told as ${showError(error)}`);
  ensure(error.code === "timeout", `A job that never ends has the code ${error.code}.`);
};

/** How a provider waits for a job. */
export function pollingRules(suite: ProviderSuite): CaseList {
  return scenarioCases(suite, "polling", () => {
    const scenario = scenarioOf(suite, "polling");
    if (scenario === undefined) return [];
    return rulesOf(
      "polling",
      { suite, scenario },
      {
        "waits longer and longer": checkPauses,
        "ends at once when it is cancelled": checkCancellation,
        "gives an endless job up at the deadline": checkEndlessJob,
      },
    );
  });
}
