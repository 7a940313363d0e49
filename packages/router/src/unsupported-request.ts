import { isBlocking, isHopeless, judge, RESPONSE_FORMATS, TranscriptionError } from "@earshot/core";
import type { Asked, ResponseFormat, Verdict } from "@earshot/core";
import type { ModelIndex } from "./model-index.ts";
import type { Deployment, RouteRequest } from "./router.ts";

/** A deployment, and everything that it cannot do as asked. */
export interface Judged {
  readonly deployment: Deployment;
  readonly verdicts: readonly Verdict[];
  /** How many of them keep it from being asked, unless `drop_params` helps. */
  readonly missing: number;
}

export interface UnsupportedRequest {
  /** The model as the client asked for it. */
  readonly model: string;
  /** Never empty; each lacks something. */
  readonly refused: readonly Judged[];
  readonly request: RouteRequest;
  readonly index: Pick<ModelIndex, "visibleNames" | "resolve">;
  /** Whether a deployment could do it all. */
  readonly canServe: (deployment: Deployment) => boolean;
}

const BY_FORMAT: ReadonlySet<string> = new Set(["response_format", "timestamp_granularities"]);
const ALTERNATIVES = 5;
const SHOWN_TAGS = 20;
const SHOWN_LENGTH = 300;

/** The client chose them, and may have sent a megabyte of them. */
const shownTags = (tags: readonly string[]): string => {
  const text = tags.slice(0, SHOWN_TAGS).join(", ");
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
};

/** The error for a request whose tags no deployment of the model serves. */
export const tagMismatch = (model: string, tags: readonly string[]): TranscriptionError =>
  new TranscriptionError(
    "unsupported_feature",
    tags.length === 0
      ? `Every deployment of "${model}" is reserved for requests with certain tags.`
      : `No deployment of "${model}" serves requests tagged ${shownTags(tags)}.`,
    { param: "tags" },
  );

const inFormat = (asked: Asked, responseFormat: ResponseFormat): Asked => ({
  ...asked,
  responseFormat,
  timestampGranularities: [],
  diarize: responseFormat === "diarized_json",
});

const formatsThatWork = ({ refused, request }: UnsupportedRequest): readonly ResponseFormat[] =>
  RESPONSE_FORMATS.filter((format) =>
    refused.some(
      ({ deployment }) =>
        !judge(inFormat(request.asked, format), deployment.capabilities).some(isBlocking),
    ),
  );

const gapsOf = ({ verdicts }: Judged): readonly Verdict[] => verdicts.filter(isBlocking);

/** The first gap of a kind that every deployment has, if there is one. */
const sharedBy = (
  refused: readonly Judged[],
  sameKind: (one: Verdict, other: Verdict) => boolean,
): Verdict | undefined => {
  const [first, ...others] = refused.map(gapsOf);
  return first?.find((gap) => others.every((gaps) => gaps.some((other) => sameKind(gap, other))));
};

/** Undefined when `drop_params` is on already, or when every deployment lacks what it may not leave out. */
const relaxing = ({ refused, request }: UnsupportedRequest): string | undefined => {
  const { asked, dropParams } = request;
  const willing = refused.filter(({ verdicts }) => !verdicts.some(isHopeless));
  if (dropParams === true || willing.length === 0) return undefined;
  const isCues = asked.responseFormat === "srt" || asked.responseFormat === "vtt";
  const isMeasured = asked.audio.type === "file" && asked.audio.durationSeconds !== undefined;
  const needsLength =
    isCues &&
    !isMeasured &&
    willing.every(({ verdicts }) => verdicts.some(({ rule }) => rule === "segment-times"));
  const condition = needsLength ? ", if the length of the audio can be measured" : "";
  return `With drop_params it is answered as well as can be${condition}.`;
};

const alternativesTo = ({ index, canServe }: UnsupportedRequest): readonly string[] =>
  index.visibleNames
    .filter((name) => index.resolve(name)?.deployments.some(canServe))
    .slice(0, ALTERNATIVES);

const remedies = (unsupported: UnsupportedRequest): readonly string[] => {
  const gaps = unsupported.refused.flatMap(gapsOf);
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
    (each) =>
      `${each.deployment.id}: ${gapsOf(each)
        .map(({ text }) => text)
        .join(", ")}.`,
  );
  const message = [`No deployment of "${model}" can do this.`, ...lacks, ...remedies(unsupported)];
  const param = reason?.param ?? refused.flatMap(gapsOf)[0]?.param;
  return new TranscriptionError(reason?.code ?? "unsupported_feature", message.join(" "), {
    param,
  });
}
