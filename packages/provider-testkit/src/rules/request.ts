import type { HttpCall, ProviderSettings } from "@earshot/core";
import { rulesOf } from "../conformance-case.ts";
import type { CaseList } from "../conformance-case.ts";
import { ensure, show } from "../conformance-error.ts";
import { createProbe, sentWith, transcriptOf } from "../probe.ts";
import type { Probe, ProbeOptions } from "../probe.ts";
import { audioOf } from "../recorded-call.ts";
import type { RecordedCall } from "../recorded-call.ts";
import { createAudioSample, speechSample } from "../speech-sample.ts";
import type { AudioSample } from "../speech-sample.ts";
import type { ProviderSuite } from "../suite.ts";

const OTHER_BASE = "https://conformance.example/base";

const send = async (suite: ProviderSuite, options: ProbeOptions = {}): Promise<Probe> => {
  const probe = createProbe(suite, options);
  await transcriptOf(probe);
  ensure(probe.transport.calls.length > 0, "The provider answered without any call.");
  return probe;
};

/** The key belongs to the vendor: to an address that came in an answer it must not go. */
const checkKey = async (suite: ProviderSuite): Promise<void> => {
  const { apiKey } = suite.settings;
  if (apiKey === undefined) return;
  const { calls } = (await send(suite)).transport;
  const [home] = calls.map(({ url }) => new URL(url).origin);
  for (const { path, url, headers } of calls) {
    const { origin } = new URL(url);
    const found = Object.values(headers).some((value) => value.includes(apiKey));
    ensure(found || origin !== home, `The key is in no header of the call to ${path}.`);
    ensure(!found || origin === home, `The key is sent to ${origin}, which is not the vendor's.`);
    ensure(
      !decodeURIComponent(url).includes(apiKey),
      `The key is in the URL of the call to ${path}.`,
    );
  }
};

const checkExtraHeaders = async (suite: ProviderSuite): Promise<void> => {
  const headers = { ...suite.settings.headers, "X-Conformance": "yes" };
  for (const call of (await send(suite, { settings: { headers } })).transport.calls) {
    const sent = call.headers["x-conformance"];
    ensure(sent === "yes", `The extra header was not sent with the call to ${call.path}.`);
  }
};

const HEADERS_OF_TRANSPORT = new Set([
  "content-type",
  "content-length",
  "host",
  "transfer-encoding",
]);

const checkCall = (call: HttpCall): void => {
  for (const [name, value] of Object.entries(call.headers)) {
    ensure(name === name.toLowerCase(), `The header ${name} is not in lower case.`);
    ensure(!HEADERS_OF_TRANSPORT.has(name), `The header ${name} is the transport's to set.`);
    ensure(typeof value === "string", `The header ${name} is no string.`);
  }
};

const checkPlainCalls = async (suite: ProviderSuite): Promise<void> => {
  const probe = createProbe(suite);
  const calls: HttpCall[] = [];
  const { context } = probe.test;
  await probe.provider.transcribe(probe.request, {
    ...context,
    send: (call) => {
      calls.push(call);
      return context.send(call);
    },
  });
  for (const call of calls) checkCall(call);
};

const checkBaseUrl = async (suite: ProviderSuite): Promise<void> => {
  const urlsWith = async (settings: Partial<ProviderSettings>): Promise<readonly string[]> =>
    (await send(suite, { settings })).transport.calls.map((call) => call.url);
  const plain = await urlsWith({ baseUrl: OTHER_BASE });
  for (const url of plain) {
    ensure(url.startsWith(OTHER_BASE), `The base URL ${OTHER_BASE} was not used: ${url}`);
    ensure(!url.slice("https://".length).includes("//"), `The URL has an empty segment: ${url}`);
  }
  const slashed = await urlsWith({ baseUrl: `${OTHER_BASE}/` });
  ensure(
    show(plain) === show(slashed),
    `A slash at the end of the base URL changes the URLs: ${show(slashed)}`,
  );
};

const uploadsOf = (calls: readonly RecordedCall[]): ReturnType<typeof audioOf>[] =>
  calls.map(audioOf).filter((audio) => audio !== undefined);

const checkAudio = async (suite: ProviderSuite, audio: AudioSample): Promise<void> => {
  const probe = await send(suite, { audio });
  const uploads = uploadsOf(probe.transport.calls);
  const found = show(uploads);
  ensure(uploads.length === 1, `The audio was sent ${uploads.length} times: ${found}`);
  ensure(uploads[0]?.sha256 === audio.sha256, `The audio's bytes were changed: ${found}`);
  for (const { body } of probe.transport.calls) {
    if (body.type !== "multipart" || body.files.length === 0) continue;
    ensure(body.filesLast, "The file is not the last part of the form.");
    const [file] = body.files;
    ensure(file?.fileName === audio.file.fileName, `The file was renamed: ${show(file?.fileName)}`);
    ensure(
      file.mediaType === audio.file.mediaType,
      `The media type is lost: ${show(file.mediaType)}`,
    );
  }
};

const checkAudioAgain = async (suite: ProviderSuite): Promise<void> => {
  const audio = createAudioSample({ bytes: speechSample({ seconds: 0.5, frequency: 330 }) });
  await checkAudio(suite, audio);
  await checkAudio(suite, audio);
};

const checkModels = async (suite: ProviderSuite): Promise<void> => {
  const seen = new Map<string, string>();
  for (const model of suite.models) {
    const signature = await sentWith(suite, { model });
    const twin = seen.get(signature);
    ensure(twin === undefined, `The models ${twin} and ${model} are sent alike.`);
    seen.set(signature, model);
  }
};

const checkSame = async (suite: ProviderSuite): Promise<void> => {
  const first = await sentWith(suite);
  ensure((await sentWith(suite)) === first, "Two equal requests are sent differently.");
};

/** What every call must look like. */
export function requestRules(suite: ProviderSuite): CaseList {
  return rulesOf("request", suite, {
    "sends the key in a header of every call, to the vendor only": checkKey,
    "sends the extra headers with every call": checkExtraHeaders,
    "leaves content type and length to the transport": checkPlainCalls,
    "uses the base URL, with and without a slash": checkBaseUrl,
    "sends the audio once and unchanged": () => checkAudio(suite, createAudioSample()),
    "sends audio that is still arriving": () =>
      checkAudio(suite, createAudioSample({ overrides: { sizeBytes: undefined } })),
    "reads the audio anew for every attempt": checkAudioAgain,
    "tells the vendor which model": checkModels,
    "sends the same request the same way": checkSame,
  });
}
