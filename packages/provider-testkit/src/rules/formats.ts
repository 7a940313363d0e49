import { needsOf, RESPONSE_FORMATS } from "@earshot/core";
import type { Capabilities, Needs, ResponseFormat, Transcript } from "@earshot/core";
import { rule, scenarioCases } from "../conformance-case.ts";
import type { CaseList, ConformanceCase } from "../conformance-case.ts";
import { ensure, show } from "../conformance-error.ts";
import type { RequestPatch } from "../create-context.ts";
import type { VendorAnswer } from "../fake-answer.ts";
import { bytesOfAnswer, changeAnswers } from "../fake-answer.ts";
import { createProbe, transcriptOf } from "../probe.ts";
import { abilityOf, scenarioOf, usualAnswer } from "../suite.ts";
import type { ProviderSuite } from "../suite.ts";

interface Cell {
  readonly suite: ProviderSuite;
  readonly model: string;
  readonly format: ResponseFormat;
}

const requestOf = (format: ResponseFormat): RequestPatch => ({
  responseFormat: format,
  diarize: format === "diarized_json",
});

const needs = (format: ResponseFormat): Needs =>
  needsOf({ responseFormat: format, timestampGranularities: [], diarize: false });

/** Whether the model's transcript can hold what the format needs. */
const canServe = (can: Capabilities, format: ResponseFormat): boolean => {
  if (can.nativeFormats.includes(format)) return true;
  const { segments, speakers } = needs(format);
  const timed = can.segmentTimestamps || can.wordTimestamps !== "none";
  return (!segments || timed) && (!speakers || can.diarization);
};

const answerFor = ({ suite, model, format }: Cell): VendorAnswer | undefined => {
  const own = scenarioOf(suite, "formats")?.answers?.[format];
  if (own !== undefined) return own;
  const { segments, speakers } = needs(format);
  if (speakers) return scenarioOf(suite, "speakers")?.answer;
  if (!segments) return undefined;
  return abilityOf(suite, model).segmentTimestamps
    ? scenarioOf(suite, "segments")?.answer
    : scenarioOf(suite, "words")?.answer;
};

const ensureVerbatim = async (cell: Cell, transcript: Transcript): Promise<void> => {
  const { suite, model, format } = cell;
  const { verbatim } = transcript;
  ensure(
    verbatim !== undefined,
    `${model} answers ${format} natively, but \`verbatim\` is missing.`,
  );
  ensure(verbatim.format === format, `\`verbatim\` is ${verbatim.format}, not ${format}.`);
  const sent: string[] = [];
  const vendor = changeAnswers(answerFor(cell) ?? usualAnswer(suite), (answer) => {
    sent.push(new TextDecoder().decode(bytesOfAnswer(answer)));
    return answer;
  });
  await transcriptOf(createProbe(suite, { model, request: requestOf(format), vendor }));
  ensure(sent.includes(verbatim.body), `\`verbatim\` is not what was sent: ${show(verbatim.body)}`);
};

const ensureNeeds = ({ format }: Cell, transcript: Transcript): void => {
  const { segments = [], words = [], verbatim } = transcript;
  if (verbatim?.format === format) return;
  const wanted = needs(format);
  const timed = segments.length > 0 || words.length > 0;
  ensure(!wanted.segments || timed, `${format} needs segments or words, and there are none.`);
  const spoken = [...segments, ...words].some(({ speaker }) => speaker !== undefined);
  ensure(!wanted.speakers || spoken, `${format} needs speakers, and there are none.`);
};

const checkCell = async (cell: Cell): Promise<void> => {
  const { suite, model, format } = cell;
  const answer = answerFor(cell);
  const probe = createProbe(suite, { model, answer, request: requestOf(format) });
  const transcript = await transcriptOf(probe);
  ensureNeeds(cell, transcript);
  if (abilityOf(suite, model).nativeFormats.includes(format))
    await ensureVerbatim(cell, transcript);
};

/** Every format that a model declares, or can be rendered from what it declares. */
export function formatRules(suite: ProviderSuite): CaseList {
  return scenarioCases(suite, "formats", () =>
    suite.models.flatMap((model): readonly ConformanceCase[] =>
      RESPONSE_FORMATS.filter((format) => canServe(abilityOf(suite, model), format)).map((format) =>
        rule("formats", `${format} (${model})`, () => checkCell({ suite, model, format })),
      ),
    ),
  );
}
