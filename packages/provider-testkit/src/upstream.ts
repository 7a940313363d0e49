export { startFakeUpstream } from "./fake-upstream.ts";
export type { FakeUpstream, FakeUpstreamSettings, UpstreamCall } from "./fake-upstream.ts";
export type { FakeAnswer, FakeVendor, Fixture } from "./fake-answer.ts";
export type { RecordedBody, RecordedCall, RecordedFile } from "./recorded-call.ts";
