import { isDeepStrictEqual } from "node:util";
import { TranscriptionError } from "@earshot/core";
import type { TranscriptEvent } from "@earshot/core";
import { settle } from "@earshot/core/testing";
import { ensureExpected, ensureTranscript } from "../check-transcript.ts";
import { rule, scenarioCases } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ensure, ensureNoSecret, show, showError } from "../conformance-error.ts";
import { changeAnswers, halfOf } from "../fake-answer.ts";
import type { FakeAnswer } from "../fake-answer.ts";
import { createProbe, ensureNothingHeld, ensureNothingLeft, signatureOf } from "../probe.ts";
import type { Probe, ProbeOptions, StreamOutcome } from "../probe.ts";
import { abilityOf, scenarioOf, secretsOf } from "../suite.ts";
import type { ProviderSuite, TranscriptScenario } from "../suite.ts";
import { atOnce } from "./cancellation.ts";

interface Stage {
  readonly suite: ProviderSuite;
  readonly scenario: TranscriptScenario;
  readonly model: string;
}

const probeOf = (stage: Stage, options: ProbeOptions = {}): Probe => {
  const { suite, scenario, model } = stage;
  const request = { stream: true, ...scenario.request };
  return createProbe(suite, { model, answer: scenario.answer, request, ...options });
};

const textOf = (events: readonly TranscriptEvent[]): string =>
  events.map((event) => (event.type === "delta" ? event.text : "")).join("");

const ensureOrder = (events: readonly TranscriptEvent[], durationSeconds?: number): void => {
  const last = events.at(-1);
  ensure(last?.type === "done", `The last event is ${show(last?.type)}, not done.`);
  const count = events.filter(({ type }) => type === "done").length;
  ensure(count === 1, `There are ${count} done events.`);
  ensureTranscript(last.transcript, durationSeconds);
  const joined = textOf(events);
  const { text } = last.transcript;
  ensure(
    joined.trim() === text.trim(),
    `The deltas give ${show(joined)}, the transcript ${show(text)}.`,
  );
  const ids = events.flatMap((event) => (event.type === "segment" ? [event.id] : []));
  ensure(new Set(ids).size === ids.length, "Two segment events have the same id.");
};

const ensureClean = async (probe: Probe, { error }: StreamOutcome): Promise<void> => {
  ensure(error === undefined, `The stream failed with ${showError(error)}`);
  await settle(3);
  ensureNothingLeft(probe, "after the stream");
};

const checkOrder = async (stage: Stage): Promise<void> => {
  const probe = probeOf(stage);
  const outcome = await probe.stream();
  await ensureClean(probe, outcome);
  const { events } = outcome;
  ensureOrder(events, stage.scenario.durationSeconds);
  const last = events.at(-1);
  if (last?.type === "done") ensureExpected(last.transcript, stage.scenario.expected);
};

const checkWire = async (stage: Stage): Promise<void> => {
  if (stage.scenario.alwaysOn !== undefined) return;
  const streamed = probeOf(stage);
  await streamed.stream();
  const { suite, scenario, model } = stage;
  const plain = createProbe(suite, { model, request: { ...scenario.request, stream: false } });
  await plain.transcribe();
  const differ = signatureOf(streamed) !== signatureOf(plain);
  ensure(differ, "A streamed transcription is asked for like any other.");
};

const withoutRaw = (events: readonly TranscriptEvent[]): unknown =>
  events.map((event) =>
    event.type === "done"
      ? { ...event, transcript: { ...event.transcript, raw: undefined } }
      : event,
  );

const checkPieces = async (stage: Stage): Promise<void> => {
  const whole = await probeOf(stage).stream();
  for (const pieceBytes of [1, 7, 64]) {
    const vendor = changeAnswers(stage.scenario.answer, (answer) => ({ ...answer, pieceBytes }));
    const cut = await probeOf(stage, { vendor }).stream();
    const same = isDeepStrictEqual(withoutRaw(cut.events), withoutRaw(whole.events));
    ensure(same, `Cut into pieces of ${pieceBytes} bytes, the stream gives other events.`);
  }
};

const firstHalf = (answer: FakeAnswer): FakeAnswer => ({ ...halfOf(answer), pieceBytes: 16 });

/** Reads to the end; gives the error that ended it. Events that were already there may still come. */
const errorAtEnd = async (events: AsyncIterator<TranscriptEvent>): Promise<unknown> => {
  try {
    for (;;) if ((await events.next()).done === true) return undefined;
  } catch (error) {
    return error;
  }
};

const checkLive = async (stage: Stage): Promise<void> => {
  const vendor = changeAnswers(stage.scenario.answer, (answer) => ({
    ...firstHalf(answer),
    ending: "hang",
  }));
  const probe = probeOf(stage, { vendor });
  const events = probe.openStream()[Symbol.asyncIterator]();
  const first = await atOnce(events.next(), "the first event comes before the last byte");
  ensure(first.done !== true, "The stream ended before its body.");
  ensure(first.value.type !== "done", "The first event of half a stream is done.");
  probe.test.abort();
  const error = await atOnce(errorAtEnd(events), "the stream ends when it is cancelled");
  ensure(TranscriptionError.is(error), `Cancelled, the stream ends with ${showError(error)}`);
  ensure(error.code === "aborted", `Cancelled, the stream has the code ${error.code}.`);
  await settle(3);
  ensureNothingHeld(probe, "after cancelling a stream");
};

const checkEarlyReturn = async (stage: Stage): Promise<void> => {
  const vendor = changeAnswers(stage.scenario.answer, (answer) => ({
    ...firstHalf(answer),
    ending: "hang",
  }));
  const probe = probeOf(stage, { vendor });
  const events = probe.openStream()[Symbol.asyncIterator]();
  await atOnce(events.next(), "the first event comes");
  await atOnce(Promise.resolve(events.return?.()), "the stream can be left");
  await settle(3);
  ensureNothingHeld(probe, "after leaving a stream");
};

const ensureFailed = ({ events, error }: StreamOutcome, what: string): TranscriptionError => {
  const done = events.some(({ type }) => type === "done");
  ensure(!done, `${what} is told as a success: ${show(events.at(-1))}`);
  ensure(error !== undefined, `${what} ends without an error.`);
  ensure(TranscriptionError.is(error), `${what} ends with ${showError(error)}`);
  return error;
};

const checkCutOff = async (stage: Stage): Promise<void> => {
  for (const ending of ["complete", "broken"] as const) {
    const vendor = changeAnswers(stage.scenario.answer, (answer) => ({
      ...firstHalf(answer),
      ending,
    }));
    const error = ensureFailed(
      await probeOf(stage, { vendor }).stream(),
      "A stream that is cut off",
    );
    const codes = ["network", "bad_response"];
    ensure(codes.includes(error.code), `A stream that is cut off has the code ${error.code}.`);
  }
};

const checkRefusals = async (stage: Stage): Promise<void> => {
  const { suite } = stage;
  const secrets = secretsOf(suite);
  const body = scenarioOf(suite, "errors")?.body(`Bad key ${secrets.join("")}, really`, 401);
  const probe = probeOf(stage, { vendor: () => ({ status: 401, body }) });
  const error = ensureFailed(await probe.stream(), "A stream that is refused");
  const expected = scenarioOf(suite, "errors")?.codes?.[401] ?? "provider_authentication";
  ensure(error.code === expected, `A stream that is refused has the code ${error.code}.`);
  ensure(error.provider === probe.provider.id, "A refused stream does not name the provider.");
  ensureNoSecret(error, secrets, "the error of a refused stream");
};

const checkBefore = async (stage: Stage): Promise<void> => {
  const probe = probeOf(stage);
  probe.test.abort();
  const error = ensureFailed(await probe.stream(), "A stream that was cancelled before");
  ensure(error.code === "aborted", `Cancelled before, a stream has the code ${error.code}.`);
  ensure(probe.transport.started() === 0, "A call was made after the cancellation.");
};

const stagesOf = (suite: ProviderSuite, scenario: TranscriptScenario): readonly Stage[] => {
  const declaring = suite.models.filter((model) => abilityOf(suite, model).streaming);
  return (scenario.models ?? declaring).map((model) => ({ suite, scenario, model }));
};

const CHECKS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  "gives deltas in order, then one done": checkOrder,
  "is asked for": checkWire,
  "does not mind how its bytes arrive": checkPieces,
  "gives text while the vendor is working, and ends at once when cancelled": checkLive,
  "lets go when its reader leaves": checkEarlyReturn,
  "tells a stream that is cut off": checkCutOff,
  "tells a refusal": checkRefusals,
  "does not start when cancelled before": checkBefore,
};

const checkStreamError = async (stage: Stage): Promise<void> => {
  const scenario = scenarioOf(stage.suite, "streamError");
  if (scenario === undefined) return;
  const probe = probeOf(stage, { answer: scenario.answer });
  const error = ensureFailed(await probe.stream(), "The vendor's error inside a stream");
  ensure(
    error.provider === probe.provider.id,
    "An error in the stream does not name the provider.",
  );
  const { code = error.code } = scenario;
  ensure(error.code === code, `The vendor's error has the code ${error.code}, not ${code}.`);
};

/** What a stream gives, and how it ends. */
export function streamingRules(suite: ProviderSuite): CaseList {
  const scenario = scenarioOf(suite, "streaming");
  const stages = scenario === undefined ? [] : stagesOf(suite, scenario);
  return [
    ...scenarioCases(suite, "streaming", () =>
      stages.flatMap((stage) =>
        Object.entries(CHECKS).map(([name, check]) =>
          rule("streaming", `${name} (${stage.model})`, () => check(stage)),
        ),
      ),
    ),
    ...scenarioCases(suite, "streamError", () =>
      stages.map((stage) =>
        rule("streaming", `tells the vendor's error inside a stream (${stage.model})`, () =>
          checkStreamError(stage),
        ),
      ),
    ),
  ];
}
