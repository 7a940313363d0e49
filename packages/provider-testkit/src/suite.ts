import type {
  Capabilities,
  ErrorCode,
  OptionValue,
  ProviderDefinition,
  ProviderSettings,
  ResponseFormat,
  Transcript,
} from "@earshot/core";
import { capabilitiesOf } from "@earshot/core";
import { ConformanceError } from "./conformance-error.ts";
import type { RequestPatch } from "./create-context.ts";
import type { Fixture, VendorAnswer } from "./fake-answer.ts";
import type { RecordedCall } from "./recorded-call.ts";

/** Why a provider has no such scenario; printed with every run. */
export interface Unsupported {
  readonly unsupported: string;
}

/** What every scenario may narrow down. */
interface Scope {
  /** By default those of the suite that declare the capability. */
  readonly models?: readonly string[];
  /** What the requests say besides what the scenario is about. */
  readonly request?: RequestPatch;
}

/** An answer of the vendor and what it must become. */
export interface TranscriptScenario extends Scope {
  readonly answer: VendorAnswer;
  /** These fields of the transcript must be exactly so. */
  readonly expected?: Partial<Transcript>;
  /** Length of the audio that was answered; times beyond it are refused. */
  readonly durationSeconds?: number;
  /** Why asking changes nothing about the call, where the vendor gives this unasked. */
  readonly alwaysOn?: string;
}

/** An answer with times in it. */
export interface TimedScenario extends TranscriptScenario {
  readonly durationSeconds: number;
}

/** Something that must reach the vendor; by default it answers as in the scenario `text`. */
export interface RequestScenario extends Scope {
  readonly answer?: VendorAnswer;
  /** Why asking changes nothing about the call, where the vendor does this unasked. */
  readonly alwaysOn?: string;
}

/** Two or more values of an option that the vendor takes, each of which must change the call. */
export interface OptionSample {
  readonly values: readonly [OptionValue, OptionValue, ...OptionValue[]];
  readonly model?: string;
  readonly request?: RequestPatch;
}

/** All entries of the tables `options` and `settings`; samples are needed where made-up values fail. */
export interface OptionsScenario extends Scope {
  readonly answer?: VendorAnswer;
  readonly samples?: Readonly<Record<string, OptionSample | Unsupported>>;
  readonly settingSamples?: Readonly<Record<string, OptionSample | Unsupported>>;
}

export interface FormatsScenario {
  /** The vendor's answer for each native format; others are answered as their needs say. */
  readonly answers?: Partial<Record<ResponseFormat, VendorAnswer>>;
}

/** A refusal as the vendor words it. */
export interface ErrorCase extends Omit<Scope, "models"> {
  readonly name: string;
  readonly answer: VendorAnswer;
  readonly code: ErrorCode;
  readonly param?: string;
  readonly retryAfterMs?: number;
  readonly model?: string;
}

export interface ErrorsScenario {
  /** Where the shape of the vendor's errors is documented. */
  readonly source: string;
  /** An error body in the vendor's shape that carries the message. */
  readonly body: (message: string, status: number) => unknown;
  readonly cases: readonly [ErrorCase, ...ErrorCase[]];
  /** Where this vendor means something else than everybody by a status. */
  readonly codes?: Readonly<Record<number, ErrorCode>>;
}

/** A stream that starts well and then carries the vendor's error. */
export interface StreamErrorScenario extends Scope {
  readonly answer: VendorAnswer;
  readonly code?: ErrorCode;
}

/** A job that is not ready at first. */
export interface PollingScenario extends Scope {
  readonly answer?: VendorAnswer;
  /** Recognises the call that asks whether the job is ready. */
  readonly isPoll: (call: RecordedCall) => boolean;
  /** The answer while it is not. */
  readonly pending: Fixture;
}

interface ScenarioInputs {
  /** The plainest request and its answer. */
  readonly text: TranscriptScenario;
  readonly silence: TranscriptScenario;
  readonly segments: TimedScenario;
  readonly words: TimedScenario;
  readonly speakers: TimedScenario;
  readonly knownSpeakers: RequestScenario;
  readonly logprobs: TranscriptScenario;
  readonly translation: TranscriptScenario;
  readonly languageHint: RequestScenario;
  readonly languageDetection: TranscriptScenario;
  readonly prompt: RequestScenario;
  readonly keywords: RequestScenario;
  readonly temperature: RequestScenario;
  readonly urlInput: RequestScenario;
  readonly options: OptionsScenario;
  readonly formats: FormatsScenario;
  readonly errors: ErrorsScenario;
  readonly streaming: TranscriptScenario;
  readonly streamError: StreamErrorScenario;
  readonly polling: PollingScenario;
}

export type ScenarioName = keyof ScenarioInputs;

/** One entry per scenario: what to play, or why the provider has no such thing. */
export type Scenarios = {
  readonly [Name in ScenarioName]: ScenarioInputs[Name] | Unsupported;
};

/** A provider and everything the conformance suite needs to try it. */
export interface ProviderSuite {
  readonly definition: ProviderDefinition;
  /**
   * Tells several suites of one provider apart, in titles and in the names of reports, such as
   * `vllm`: letters, digits, dots and dashes. Absent for the usual one.
   */
  readonly variant?: string;
  /** What the provider is created with; the API key in it must never show anywhere. */
  readonly settings: ProviderSettings;
  /** Models to try, at least one for each entry of the capability table; the first is the usual one. */
  readonly models: readonly [string, ...string[]];
  readonly scenarios: Scenarios;
  /**
   * Fields without which the vendor's answer means nothing, as `results.channels.*.alternatives`: their
   * loss may be told as `bad_response`. By default `text`. The loss of any other must be tolerated.
   */
  readonly requiredFields?: readonly string[];
}

/** The scenario's input, or undefined when it is unsupported. */
export function scenarioOf<Name extends ScenarioName>(
  suite: ProviderSuite,
  name: Name,
): ScenarioInputs[Name] | undefined {
  const scenario: ScenarioInputs[Name] | Unsupported = suite.scenarios[name];
  return isUnsupported(scenario) ? undefined : scenario;
}

/** Why the scenario is left out; undefined when it is played. */
export function reasonOf(suite: ProviderSuite, name: ScenarioName): string | undefined {
  const scenario: object = suite.scenarios[name];
  return isUnsupported(scenario) ? scenario.unsupported : undefined;
}

/** Tells a left-out scenario, option or setting from one that is played. */
export function isUnsupported(value: object): value is Unsupported {
  return "unsupported" in value;
}

/** What one model of the suite can do. */
export function abilityOf(suite: ProviderSuite, model: string): Capabilities {
  return capabilitiesOf(suite.definition.capabilities, model);
}

/** What must never show: the API key of the suite, if it has one. */
export function secretsOf({ settings }: ProviderSuite): readonly string[] {
  return settings.apiKey === undefined ? [] : [settings.apiKey];
}

/** The vendor's answers to the plainest request. Throws where the suite leaves them out. */
export function usualAnswer(suite: ProviderSuite): VendorAnswer {
  const answer = scenarioOf(suite, "text")?.answer;
  if (answer === undefined) throw new ConformanceError("The scenario `text` cannot be left out.");
  return answer;
}
