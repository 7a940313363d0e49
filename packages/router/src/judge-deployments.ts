import { isBlocking, isHopeless, judge, RESPONSE_FORMATS, TranscriptionError } from "@earshot/core";
import type { Asked, ResponseFormat, Verdict } from "@earshot/core";
import type { ModelIndex } from "./model-index.ts";
import type { Deployment, RouteRequest } from "./router.ts";

/** A deployment, and everything that it cannot do as asked. */
export interface Judged {
  readonly deployment: Deployment;
  readonly verdicts: readonly Verdict[];
  /** Those that keep it from being asked, unless `drop_params` helps. */
  readonly gaps: readonly Verdict[];
}

/** Asks the judge of the core; the router has no check of its own. */
export const judgeDeployment = (deployment: Deployment, asked: Asked): Judged => {
  const verdicts = judge(asked, deployment.capabilities);
  return { deployment, verdicts, gaps: verdicts.filter(isBlocking) };
};

/** Whether the deployment may be asked: it can do it all, or `drop_params` leaves out what it cannot. */
export const isAble = (
  { deployment, gaps }: Judged,
  { dropParams }: Pick<RouteRequest, "dropParams">,
): boolean =>
  gaps.length === 0 || ((dropParams ?? deployment.dropParams ?? false) && !gaps.some(isHopeless));

export interface UnsupportedRequest {
  /** The model as the client asked for it. */
  readonly model: string;
  /** Never empty; each has gaps. */
  readonly refused: readonly Judged[];
  readonly request: Pick<RouteRequest, "asked" | "dropParams">;
  readonly index: Pick<ModelIndex, "visibleNames" | "resolve">;
}

const BY_FORMAT: ReadonlySet<string> = new Set(["response_format", "timestamp_granularities"]);
const ALTERNATIVES = 5;

const canServe = (deployment: Deployment, asked: Asked): boolean =>
  !judge(asked, deployment.capabilities).some(isBlocking);

const inFormat = (asked: Asked, responseFormat: ResponseFormat): Asked => ({
  ...asked,
  responseFormat,
  timestampGranularities: [],
  diarize: responseFormat === "diarized_json",
});

const formatsThatWork = ({ refused, request }: UnsupportedRequest): readonly ResponseFormat[] =>
  RESPONSE_FORMATS.filter((format) =>
    refused.some(({ deployment }) => canServe(deployment, inFormat(request.asked, format))),
  );

/** The first gap of a kind that every deployment has, if there is one. */
const sharedBy = (
  refused: readonly Judged[],
  sameKind: (one: Verdict, other: Verdict) => boolean,
): Verdict | undefined => {
  const [first, ...others] = refused.map(({ gaps }) => gaps);
  return first?.find((gap) => others.every((gaps) => gaps.some((other) => sameKind(gap, other))));
};

/** Undefined when `drop_params` is on already, or when every deployment lacks what it may not leave out. */
const relaxing = ({ refused, request }: UnsupportedRequest): string | undefined => {
  const { asked, dropParams } = request;
  const willing = refused.filter(({ gaps }) => !gaps.some(isHopeless));
  if (dropParams === true || willing.length === 0) return undefined;
  const isCues = asked.responseFormat === "srt" || asked.responseFormat === "vtt";
  const isMeasured = asked.audio.type === "file" && asked.audio.durationSeconds !== undefined;
  const needsLength =
    isCues &&
    !isMeasured &&
    willing.every(({ gaps }) => gaps.some(({ rule }) => rule === "segment-times"));
  const condition = needsLength ? ", if the length of the audio can be measured" : "";
  return `With drop_params it is answered as well as can be${condition}.`;
};

const alternativesTo = ({ index, request }: UnsupportedRequest): readonly string[] =>
  index.visibleNames
    .filter((name) =>
      index.resolve(name)?.deployments.some((other) => canServe(other, request.asked)),
    )
    .slice(0, ALTERNATIVES);

const remedies = (unsupported: UnsupportedRequest): readonly string[] => {
  const gaps = unsupported.refused.flatMap((refused) => refused.gaps);
  const hasFormat = gaps.some(({ param }) => BY_FORMAT.has(param));
  const formats = hasFormat ? formatsThatWork(unsupported) : [];
  const alternatives = alternativesTo(unsupported);
  const relaxed = relaxing(unsupported);
  return [
    ...(formats.length > 0 ? [`Formats that would work: ${formats.join(", ")}.`] : []),
    ...(alternatives.length > 0 ? [`Models that can: ${alternatives.join(", ")}.`] : []),
    ...(relaxed === undefined ? [] : [relaxed]),
  ];
};

/** The error for a request that no deployment of the model can do: says what each lacks and what would work. */
export function unsupportedRequest(unsupported: UnsupportedRequest): TranscriptionError {
  const { model, refused } = unsupported;
  const reason =
    sharedBy(
      refused,
      (one, other) => other.code === one.code && other.code !== "unsupported_feature",
    ) ?? sharedBy(refused, (one, other) => other.param === one.param);
  const lacks = refused.map(
    ({ deployment, gaps }) => `${deployment.id}: ${gaps.map(({ text }) => text).join(", ")}.`,
  );
  const message = [`No deployment of "${model}" can do this.`, ...lacks, ...remedies(unsupported)];
  const param = reason?.param ?? refused[0]?.gaps[0]?.param;
  return new TranscriptionError(reason?.code ?? "unsupported_feature", message.join(" "), {
    param,
  });
}
