import { TranscriptionError } from "@earshot/core";
import type { TranscriptEvent } from "@earshot/core";
import { acmeSuite } from "./acme-suite.ts";
import { describeBroken, withFields } from "./broken-providers.ts";
import type { Broken } from "./broken-providers.ts";

async function* onlyDeltas(
  events: AsyncIterable<TranscriptEvent>,
): AsyncGenerator<TranscriptEvent> {
  for await (const event of events) if (event.type !== "done") yield event;
}

async function* doubled(events: AsyncIterable<TranscriptEvent>): AsyncGenerator<TranscriptEvent> {
  for await (const event of events) {
    yield event;
    if (event.type === "delta") yield event;
  }
}

async function* twiceDone(events: AsyncIterable<TranscriptEvent>): AsyncGenerator<TranscriptEvent> {
  for await (const event of events) {
    yield event;
    if (event.type === "done") yield event;
  }
}

/** Collects everything before it gives anything. */
async function* late(events: AsyncIterable<TranscriptEvent>): AsyncGenerator<TranscriptEvent> {
  const all: TranscriptEvent[] = [];
  for await (const event of events) all.push(event);
  yield* all;
}

/** Tells every end as a good one. */
async function* cheerful(events: AsyncIterable<TranscriptEvent>): AsyncGenerator<TranscriptEvent> {
  let text = "";
  try {
    for await (const event of events) {
      if (event.type === "delta") text += event.text;
      yield event;
      if (event.type === "done") return;
    }
  } catch {
    yield { type: "done", transcript: { text, warnings: [] } };
  }
}

/** Reads with its own hands and never lets go. */
async function* clinging(events: AsyncIterable<TranscriptEvent>): AsyncGenerator<TranscriptEvent> {
  const iterator = events[Symbol.asyncIterator]();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    yield next.value;
  }
}

const never = new AbortController().signal;

const TIME: readonly Broken[] = [
  [
    "starts although it was cancelled",
    { context: (context) => ({ ...context, signal: never }) },
    "cancellation: before",
    /made after the cancellation/u,
  ],
  [
    "does not notice the cancellation",
    {
      provider: (provider) => ({
        ...provider,
        transcribe: (request, context) =>
          provider.transcribe(request, context).catch(() => new Promise<never>(() => {})),
      }),
    },
    "cancellation: while it waits",
    /never came to this/u,
  ],
  [
    "tells a cancellation as a crash",
    { error: () => new TranscriptionError("provider_error", "It broke.") },
    "cancellation: while the audio",
    /the code is provider_error/u,
  ],
  [
    "tells every end as a cancellation",
    { error: () => new TranscriptionError("aborted", "It was cancelled.") },
    "cancellation: by a deadline",
    /aborted, not timeout/u,
  ],
  [
    "retries by itself after the cancellation",
    {
      context: (context) => ({
        ...context,
        send: async (call) => {
          try {
            return await context.send(call);
          } catch {
            return context.send(call);
          }
        },
      }),
    },
    "cancellation: while it waits",
    /Another call/u,
  ],
  [
    "leaves a listener",
    {
      context: (context) => {
        context.signal.addEventListener("abort", () => {});
        return context;
      },
    },
    "response: text: gives",
    /listener was left/u,
  ],
  [
    "leaves a timer",
    {
      context: (context) => {
        context.clock.sleep(60_000).catch(() => undefined);
        return { ...context, clock: context.clock };
      },
    },
    "cancellation: while it waits",
    /timer is left/u,
  ],
  [
    "waits on the wall clock",
    {
      context: (context) => {
        setTimeout(() => {}, 1);
        return context;
      },
    },
    "response: text: gives",
    /the global setTimeout/u,
  ],
  [
    "changes the request",
    {
      request: (request) => {
        Object.assign(request, { model: "acme-1" });
        return request;
      },
    },
    "response: text: gives",
    /failed with TypeError/u,
  ],
];

/** State that several transcriptions share, as it must not be. */
const last: { model: string } = { model: "" };
let shared = 0;

const ISOLATION: readonly Broken[] = [
  [
    "keeps the request in a variable",
    {
      request: (request) => {
        last.model = request.model;
        return request;
      },
      call: (call) =>
        withFields(call, (field) => (field[0] === "model" ? [["model", last.model]] : [field])),
      transcript: (transcript, request) => ({
        ...transcript,
        text: last.model === request.model ? transcript.text : "of somebody else",
      }),
    },
    "isolation: parallel",
    /in each other's way/u,
  ],
  [
    "numbers its answers",
    {
      transcript: (transcript) => {
        shared += 1;
        return { ...transcript, requestId: String(shared) };
      },
    },
    "isolation: parallel",
    /in each other's way/u,
  ],
  [
    "keeps the first key that it was given",
    {
      settings: (settings) => ({ ...settings, apiKey: acmeSuite.settings.apiKey ?? "" }),
    },
    "isolation: providers",
    /the same key/u,
  ],
  [
    "cannot be closed twice",
    {
      provider: (provider) => {
        let open = true;
        const close = async (): Promise<void> => {
          if (!open) throw new Error("already closed");
          open = false;
        };
        return { ...provider, close };
      },
    },
    "isolation: closes",
    /already closed/u,
  ],
];

const STREAMING: readonly Broken[] = [
  ["never says that it is done", { events: onlyDeltas }, "streaming: gives deltas", /not done/u],
  ["is done twice", { events: twiceDone }, "streaming: gives deltas", /2 done events/u],
  ["repeats itself", { events: doubled }, "streaming: gives deltas", /The deltas give/u],
  [
    "collects before it gives",
    { events: late },
    "streaming: gives text while",
    /never came to this/u,
  ],
  [
    "takes a cut for an end",
    { events: cheerful },
    "streaming: tells a stream that is cut",
    /as a success/u,
  ],
  [
    "takes the vendor's error for an end",
    { events: cheerful },
    "streaming: tells the vendor's",
    /as a success/u,
  ],
  ["does not let go", { events: clinging }, "streaming: lets go", /still being read/u],
  [
    "cannot read an event in two pieces",
    {
      context: (context) => ({
        ...context,
        send: async (call) => {
          const response = await context.send(call);
          const body = (async function* () {
            for await (const chunk of response.body) if (chunk.byteLength !== 7) yield chunk;
          })();
          return { ...response, body };
        },
      }),
    },
    "streaming: does not mind",
    /pieces of 7 bytes/u,
  ],
];

describeBroken([...TIME, ...ISOLATION, ...STREAMING]);
