export { createVirtualClock, settle } from "@earshot/core/testing";
export type { VirtualClock, VirtualClockSettings } from "@earshot/core/testing";
export { problemsOfTranscript } from "./check-transcript.ts";
export type { ConformanceCase } from "./conformance-case.ts";
export { ConformanceError } from "./conformance-error.ts";
export { toReport } from "./conformance-report.ts";
export type { ConformanceReport, ConformanceResult, ScenarioReport } from "./conformance-report.ts";
export { createContext, createRequest } from "./create-context.ts";
export type { RequestPatch, TestContext, TestContextSettings } from "./create-context.ts";
export { readFixtures, toVendor } from "./fake-answer.ts";
export type { FakeAnswer, FakeVendor, Fixture, VendorAnswer } from "./fake-answer.ts";
export { createFakeTransport } from "./fake-transport.ts";
export type { FakeTransport } from "./fake-transport.ts";
export { NONSENSE } from "./rules/nonsense.ts";
export { audioOf, fieldValues, queryValues } from "./recorded-call.ts";
export type { RecordedBody, RecordedCall, RecordedFile } from "./recorded-call.ts";
export { conformanceCases, describeProvider, runConformance } from "./run-conformance.ts";
export { createAudioSample, speechSample } from "./speech-sample.ts";
export type { AudioSample, AudioSampleOptions, SpeechSampleOptions } from "./speech-sample.ts";
export type {
  ErrorCase,
  ErrorsScenario,
  FormatsScenario,
  OptionSample,
  OptionsScenario,
  PollingScenario,
  ProviderSuite,
  RequestScenario,
  ScenarioName,
  Scenarios,
  StreamErrorScenario,
  TimedScenario,
  TranscriptScenario,
  Unsupported,
} from "./suite.ts";
