import { isDeepStrictEqual } from "node:util";
import { rulesOf } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ConformanceError, ensure, showError } from "../conformance-error.ts";
import { createProbe, createProvider, signatureOf, transcriptOf } from "../probe.ts";
import type { Probe } from "../probe.ts";
import { createAudioSample, speechSample } from "../speech-sample.ts";
import type { ProviderSuite } from "../suite.ts";

const PARALLEL = 6;

const probesOf = (suite: ProviderSuite): readonly Probe[] => {
  const provider = createProvider(suite);
  return Array.from({ length: PARALLEL }, (_item, index) =>
    createProbe(suite, {
      provider,
      model: suite.models[index % suite.models.length],
      audio: createAudioSample({ bytes: speechSample({ seconds: 0.1, frequency: 200 + index }) }),
    }),
  );
};

interface Result {
  readonly signature: string;
  readonly transcript: unknown;
}

const resultOf = async (probe: Probe): Promise<Result> => {
  const transcript = await transcriptOf(probe);
  return { signature: signatureOf(probe), transcript };
};

const checkParallel = async (suite: ProviderSuite): Promise<void> => {
  const alone: Result[] = [];
  for (const probe of probesOf(suite)) alone.push(await resultOf(probe));
  const together = await Promise.all(probesOf(suite).map(resultOf));
  const same = isDeepStrictEqual(alone, together);
  ensure(same, "Transcriptions that run at the same time get in each other's way.");
};

const checkKeys = async (suite: ProviderSuite): Promise<void> => {
  const { apiKey } = suite.settings;
  if (apiKey === undefined) return;
  const keys = [apiKey, `${apiKey}-other`];
  const probes = keys.map((key) => createProbe(suite, { settings: { apiKey: key } }));
  for (const [index, probe] of probes.entries()) {
    await transcriptOf(probe);
    const values = probe.transport.calls.flatMap(({ headers }) => Object.values(headers));
    const own = values.some((value) => value.endsWith(keys[index] ?? ""));
    ensure(own, "Two providers with different keys send the same key.");
  }
};

const checkClose = async (suite: ProviderSuite): Promise<void> => {
  const probe = createProbe(suite);
  try {
    await transcriptOf(probe);
    await probe.provider.close?.();
    await probe.provider.close?.();
  } catch (error) {
    throw new ConformanceError(`Closing twice fails with ${showError(error)}`);
  }
  const other = createProbe(suite);
  await other.provider.close?.();
  await transcriptOf(createProbe(suite));
};

/** Attempts and providers share nothing. */
export function isolationRules(suite: ProviderSuite): CaseList {
  return rulesOf("isolation", suite, {
    "parallel transcriptions share nothing": checkParallel,
    "providers keep their own keys": checkKeys,
    "closes twice, and only itself": checkClose,
  });
}
