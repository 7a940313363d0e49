import { acmeSuite } from "./acme-suite.ts";
import { asking, describeBroken, losing, losingFalsy } from "./broken-providers.ts";
import type { Broken } from "./broken-providers.ts";

const IDENTITY: readonly Broken[] = [
  ["has a kind in capitals", { definition: { kind: "Acme" } }, "identity: says", /lower-case/u],
  [
    "has tables that can be changed",
    { definition: { options: { ...acmeSuite.definition.options } } },
    "identity: is frozen",
    /definition.options` can be changed/u,
  ],
  [
    "describes nothing",
    { definition: { options: { mode: { type: "boolean", description: "mode" } } } },
    "identity: describes",
    /`mode` needs a description/u,
  ],
  [
    "has capabilities that nobody tries",
    {
      definition: {
        capabilities: {
          ...acmeSuite.definition.capabilities,
          models: [{ match: "acme-9", differs: {} }],
        },
      },
    },
    "identity: tries",
    /`acme-9`/u,
  ],
  [
    "reads the environment when it is created",
    {
      settings: (settings) => ({
        ...settings,
        organization: process.env["ACME_ORGANIZATION"] ?? "x",
      }),
    },
    "identity: is created",
    /ACME_ORGANIZATION/u,
  ],
  [
    "calls home when it is created",
    {
      provider: (provider) => {
        fetch("https://acme.example/").catch(() => undefined);
        return provider;
      },
    },
    "identity: is created",
    /the global fetch/u,
  ],
  [
    "forgets its id",
    { provider: (provider) => ({ ...provider, id: "acme" }) },
    "identity: creates",
    /`id`/u,
  ],
  [
    "lives without its key",
    { settings: (settings) => ({ ...settings, apiKey: "acme-key-of-the-vendor" }) },
    "identity: names a key",
    /without the key/u,
  ],
  [
    "streams with no model that does",
    { provider: ({ stream: _stream, ...provider }) => provider },
    "identity: creates",
    /`stream` must exist/u,
  ],
];

const REQUEST: readonly Broken[] = [
  [
    "puts the key into the URL",
    { call: (call, settings) => ({ ...call, url: `${call.url}?key=${settings.apiKey}` }) },
    "request: sends the key",
    /is in the URL/u,
  ],
  [
    "sends no key",
    { call: (call) => ({ ...call, headers: {} }) },
    "request: sends the key",
    /in no header/u,
  ],
  [
    "forgets the extra headers",
    { settings: ({ headers: _headers, ...settings }) => settings },
    "request: sends the extra headers",
    /extra header/u,
  ],
  [
    "sets a content type",
    { call: (call) => ({ ...call, headers: { ...call.headers, "content-type": "audio/wav" } }) },
    "request: leaves content type",
    /content-type is the transport's/u,
  ],
  [
    "knows one address only",
    { settings: ({ baseUrl: _baseUrl, ...settings }) => settings },
    "request: uses the base URL",
    /was not used/u,
  ],
  [
    "stumbles over a slash",
    {
      call: (call, { baseUrl }) =>
        baseUrl?.endsWith("/") === true ? { ...call, url: `${baseUrl}/v1/listen` } : call,
    },
    "request: uses the base URL",
    /slash at the end/u,
  ],
  [
    "changes the audio",
    {
      request: (request) =>
        request.audio.type === "url"
          ? request
          : {
              ...request,
              audio: {
                ...request.audio,
                sizeBytes: undefined,
                async *open() {
                  yield new Uint8Array([1, 2, 3]);
                },
              },
            },
    },
    "request: sends the audio once",
    /bytes were changed/u,
  ],
  [
    "renames the file",
    {
      request: (request) =>
        request.audio.type === "url"
          ? request
          : { ...request, audio: { ...request.audio, fileName: "audio.mp3" } },
    },
    "request: sends the audio once",
    /renamed/u,
  ],
  [
    "knows one model only",
    asking({ model: "acme-1" }),
    "request: tells the vendor",
    /are sent alike/u,
  ],
];

let counter = 0;

const WIRE: readonly Broken[] = [
  [
    "is different each time",
    {
      call: (call) => {
        counter += 1;
        return { ...call, headers: { ...call.headers, "x-count": String(counter) } };
      },
    },
    "request: sends the same",
    /sent differently/u,
  ],
  ["loses an option", losing("tags"), "options: the option tags", /does not reach the wire/u],
  [
    "loses `false`",
    losingFalsy("punctuate", "false"),
    "options: the option punctuate",
    /with false/u,
  ],
  ["loses zero", losingFalsy("threshold", "0"), "options: the option threshold", /with 0/u],
  [
    "sends the last item only",
    {
      request: (request) => {
        const { tags } = request.options;
        return Array.isArray(tags)
          ? { ...request, options: { ...request.options, tags: tags.slice(-1) } }
          : request;
      },
    },
    "options: the option tags",
    /does not reach the wire/u,
  ],
  [
    "loses a setting",
    { settings: ({ extra: _extra, ...settings }) => settings },
    "options: the setting region",
    /does not reach the wire/u,
  ],
  ["loses the prompt", losing("prompt"), "features: prompt", /nowhere in what was sent/u],
  [
    "loses a keyword",
    losingFalsy("keyword", "Loreley"),
    "features: keywords",
    /Loreley is nowhere/u,
  ],
  [
    "loses a temperature of zero",
    losingFalsy("temperature", "0"),
    "features: temperature",
    /sent like/u,
  ],
  ["loses the language", losing("language"), "features: languageHint", /sent like/u],
  ["loses the granularity", losing("times"), "features: words reaches", /sent like/u],
  ["loses logprobs", losing("logprobs"), "features: logprobs reaches", /sent like/u],
  ["loses the speakers", losing("speakers"), "features: speakers reaches", /sent like/u],
  ["loses known speakers", losing("known"), "features: knownSpeakers reaches", /nowhere/u],
  [
    "transcribes instead of translating",
    losing("task"),
    "features: translation reaches",
    /sent like/u,
  ],
  ["loses the URL", losing("url"), "features: urlInput reaches", /nowhere/u],
  ["asks for no stream", losing("stream"), "streaming: is asked for", /like any other/u],
];

describeBroken([...IDENTITY, ...REQUEST, ...WIRE]);
