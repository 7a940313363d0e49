import type { Capabilities } from "./capabilities.ts";
import { TranscriptionError } from "./errors.ts";
import type { Asked, Rule } from "./judge-rule.ts";
import { RULE_NAMES, RULES } from "./judge-rules.ts";
import type { RuleName } from "./judge-rules.ts";
import type { Warning } from "./transcript.ts";

/*
 * The one judge of what a request asks and what a model can do. Router, gateway, provider-kit and
 * adapters render its verdicts and do not judge again. A new verdict is a row of `RULES`.
 */

/** What a rule found. */
export interface Verdict extends Pick<Rule, "kind" | "code" | "param" | "drop"> {
  readonly rule: RuleName;
  /** To be read after the model's name; for `refuse` a sentence. */
  readonly text: string;
}

/** Everything that was asked and that the model cannot do as asked; empty when it can do it all. */
export function judge(asked: Asked, can: Capabilities): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  for (const rule of RULE_NAMES) {
    const { kind, code, param, drop, find } = RULES[rule];
    const text = find(asked, can);
    if (text !== undefined) verdicts.push({ rule, kind, code, param, drop, text });
  }
  return verdicts;
}

/** Whether the verdict keeps the model from being asked at all, unless `drop_params` helps. */
export const isBlocking = ({ kind }: Verdict): boolean =>
  kind === "refuse" || kind === "elsewhere" || kind === "adapt";

/** Whether the verdict keeps the model from being asked also with `drop_params`. */
export const isHopeless = (verdict: Verdict): boolean =>
  isBlocking(verdict) && verdict.drop === undefined;

/** Whom the request is for, and how much may be left out of it. */
export interface FitSettings {
  /** As users know the model, such as `deepgram/nova-3`. */
  readonly name: string;
  /** For errors; undefined where there is no one provider. */
  readonly provider: string | undefined;
  /** True: what the model would refuse is left out where it can be, as `drop_params` says. */
  readonly dropParams: boolean;
}

/** A request as one model can be asked it. */
export interface FittedRequest<R extends Asked> {
  readonly request: R;
  /** For the fields that were left out. */
  readonly dropped: readonly Verdict[];
  /** For what was asked and the answer will not hold. */
  readonly missing: readonly Verdict[];
}

/** What stands in the place of a field that is left out, by the rule's `param`. */
const LEFT_OUT: Readonly<Record<string, Partial<Asked>>> = {
  prompt: { prompt: undefined },
  keywords: { keywords: [] },
  temperature: { temperature: undefined },
  language: { languages: [] },
  languages: { languages: [] },
  known_speaker_names: { knownSpeakers: [] },
  chunking_strategy: { chunkingStrategy: undefined },
};

/** The error of a model that is asked for what it cannot do. */
export function refusalOf(
  { kind, code, param, text }: Verdict,
  { name, provider }: Pick<FitSettings, "name" | "provider">,
): TranscriptionError {
  const message = kind === "refuse" ? text : `${name} ${text}.`;
  return new TranscriptionError(code ?? "unsupported_feature", message, { param, provider });
}

/** The warning of an answer that does not hold, or heed, all that was asked. */
export const warningOf = ({ param, text, drop }: Verdict, name: string): Warning => ({
  param,
  message: drop === "field" ? `'${param}' was left out: ${name} ${text}.` : `${name} ${text}.`,
});

/**
 * Fits a request to a model by the judge's verdicts: hints that it does not take are left out. Throws
 * the error of the first verdict that keeps the model from being asked; what the answer will merely
 * lack does not.
 */
export function fitRequest<R extends Asked>(
  request: R,
  can: Capabilities,
  settings: FitSettings,
): FittedRequest<R> {
  const dropped: Verdict[] = [];
  const missing: Verdict[] = [];
  for (const verdict of judge(request, can)) {
    const { kind, drop } = verdict;
    if (kind === "ignore" || (settings.dropParams && drop === "field")) dropped.push(verdict);
    else if (isBlocking(verdict) && drop !== "answer") throw refusalOf(verdict, settings);
    else if (isBlocking(verdict)) missing.push(verdict);
  }
  if (dropped.length === 0) return { request, dropped, missing };
  const left = dropped.flatMap(({ param }) => Object.entries(LEFT_OUT[param] ?? {}));
  return { request: { ...request, ...Object.fromEntries(left) }, dropped, missing };
}
