import { conformanceCases } from "@earshot/provider-testkit";
import type { ProviderSuite, Unsupported } from "@earshot/provider-testkit";
import { describe, it } from "vitest";
import { localProvider } from "./local-provider.ts";

// The suite plays a vendor that answers calls, and there is none here. Its rules of identity hold for
// every provider; what the others ask is tested on real speech beside the provider.
const noVendor: Unsupported = { unsupported: "the local engine calls no vendor" };

const suite: ProviderSuite = {
  definition: localProvider,
  settings: {},
  models: ["moonshine-tiny-en"],
  scenarios: {
    text: noVendor,
    silence: noVendor,
    segments: noVendor,
    words: noVendor,
    speakers: noVendor,
    knownSpeakers: noVendor,
    logprobs: noVendor,
    translation: noVendor,
    languageHint: noVendor,
    languageDetection: noVendor,
    prompt: noVendor,
    keywords: noVendor,
    temperature: noVendor,
    urlInput: noVendor,
    options: noVendor,
    formats: noVendor,
    errors: noVendor,
    streaming: noVendor,
    streamError: noVendor,
    polling: noVendor,
  },
};

const NEEDS_VENDOR = "plays exactly what it declares";

describe("Local conforms", () => {
  const cases = conformanceCases(suite).filter(
    ({ group, name }) => group === "identity" && name !== NEEDS_VENDOR,
  );
  // oxlint-disable-next-line vitest/expect-expect -- a case throws what it finds
  it.each(cases)("identity: $name", async ({ run }) => {
    await run();
  });
});
