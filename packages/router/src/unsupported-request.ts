import { needsOf, RESPONSE_FORMATS, TranscriptionError } from "@earshot/core";
import type { ResponseFormat } from "@earshot/core";
import { capabilityGaps, lacksTimes, needsLengthForCues } from "./capability-gaps.ts";
import type { Gap } from "./capability-gaps.ts";
import type { Deployment, Requirements } from "./types.ts";

/** One deployment that was left out, and why. */
export interface Refused {
  readonly deployment: Deployment<unknown>;
  /** Never empty. */
  readonly gaps: readonly Gap[];
}

export interface UnsupportedRequest {
  /** The model as the client asked for it. */
  readonly model: string;
  /** Never empty. */
  readonly refused: readonly Refused[];
  readonly requirements: Requirements;
  readonly relax: boolean;
  /** Other models that could do it all. */
  readonly alternatives: readonly string[];
}

const BY_FORMAT: ReadonlySet<string> = new Set(["response_format", "timestamp_granularities"]);

const withFormat = (requirements: Requirements, responseFormat: ResponseFormat): Requirements => ({
  ...requirements,
  responseFormat,
  needs: needsOf({ responseFormat, timestampGranularities: [], diarize: false }),
});

const formatsThatWork = ({
  refused,
  requirements,
}: UnsupportedRequest): readonly ResponseFormat[] =>
  RESPONSE_FORMATS.filter((format) =>
    refused.some(
      ({ deployment }) => capabilityGaps(deployment, withFormat(requirements, format)).length === 0,
    ),
  );

/** The first gap of a kind that every deployment has, if there is one. */
const sharedBy = (
  refused: readonly Refused[],
  sameKind: (one: Gap, other: Gap) => boolean,
): Gap | undefined =>
  refused[0]?.gaps.find((gap) =>
    refused.every(({ gaps }) => gaps.some((other) => sameKind(gap, other))),
  );

/** Undefined when `relax` is on already, or when no deployment lacks only what it may leave out. */
const relaxing = ({ refused, requirements, relax }: UnsupportedRequest): string | undefined => {
  const willing = refused.filter(({ gaps }) => gaps.every((gap) => !gap.hard));
  if (relax || willing.length === 0) return undefined;
  const needsLength =
    needsLengthForCues(requirements) &&
    willing.every(({ deployment }) => lacksTimes(deployment.capabilities, requirements));
  const condition = needsLength ? ", if the length of the audio can be measured" : "";
  return `With drop_params it is answered as well as can be${condition}.`;
};

const remedies = (request: UnsupportedRequest): readonly string[] => {
  const gaps = request.refused.flatMap((refused) => refused.gaps);
  const formats = gaps.some(({ param }) => BY_FORMAT.has(param)) ? formatsThatWork(request) : [];
  const relaxed = relaxing(request);
  return [
    ...(formats.length > 0 ? [`Formats that would work: ${formats.join(", ")}.`] : []),
    ...(request.alternatives.length > 0
      ? [`Models that can: ${request.alternatives.join(", ")}.`]
      : []),
    ...(relaxed === undefined ? [] : [relaxed]),
  ];
};

/** The error for a request that no deployment of the model can do: says what each lacks and what would work. */
export function unsupportedRequest(request: UnsupportedRequest): TranscriptionError {
  const { model, refused } = request;
  const reason =
    sharedBy(
      refused,
      (one, other) => other.code === one.code && other.code !== "unsupported_feature",
    ) ?? sharedBy(refused, (one, other) => other.param === one.param);
  const lacks = refused.map(
    ({ deployment, gaps }) => `${deployment.id}: ${gaps.map(({ text }) => text).join(", ")}.`,
  );
  const message = [`No deployment of "${model}" can do this.`, ...lacks, ...remedies(request)];
  const param = reason?.param ?? refused[0]?.gaps[0]?.param;
  return new TranscriptionError(
    reason?.code ?? "unsupported_feature",
    message.join(" "),
    param === undefined ? {} : { param },
  );
}
