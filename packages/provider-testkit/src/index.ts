export { problemsOfTranscript } from "./check-transcript.ts";
export type { ConformanceCase } from "./conformance-case.ts";
export { conformanceCases } from "./conformance-cases.ts";
export { ConformanceError } from "./conformance-error.ts";
export { toReport } from "./conformance-report.ts";
export type { ConformanceReport, ScenarioReport } from "./conformance-report.ts";
export { createContext } from "./create-context.ts";
export type { TestContext, TestContextSettings } from "./create-context.ts";
export { createRequest } from "./create-request.ts";
export type { RequestPatch } from "./create-request.ts";
export { describeProvider } from "./describe-provider.ts";
export { toVendor } from "./fake-answer.ts";
export type { FakeAnswer, FakeVendor, Fixture, VendorAnswer } from "./fake-answer.ts";
export { createFakeTransport } from "./fake-transport.ts";
export type { FakeTransport } from "./fake-transport.ts";
export { NONSENSE } from "./nonsense.ts";
export { readFixtures } from "./read-fixtures.ts";
export { audioOf, fieldValues, queryValues } from "./recorded-call.ts";
export type { RecordedBody, RecordedCall, RecordedFile } from "./recorded-call.ts";
export { runConformance } from "./run-conformance.ts";
export type { ConformanceResult } from "./run-conformance.ts";
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
export { createVirtualClock, settle } from "./virtual-clock.ts";
export type { VirtualClock, VirtualClockSettings } from "./virtual-clock.ts";
