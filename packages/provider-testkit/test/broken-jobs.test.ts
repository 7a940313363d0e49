import { TranscriptionError } from "@earshot/core";
import { describeBroken } from "./broken-providers.ts";
import type { Broken } from "./broken-providers.ts";
import { jobsSuite } from "./jobs-suite.ts";

const POLLING: readonly Broken[] = [
  [
    "asks without a pause",
    {
      context: (context) => ({
        ...context,
        clock: { ...context.clock, sleep: () => Promise.resolve() },
      }),
    },
    "polling: waits",
    /was paused for 0 times/u,
  ],
  [
    "asks every millisecond",
    {
      context: (context) => ({
        ...context,
        clock: {
          ...context.clock,
          sleep: (_milliseconds, signal) => context.clock.sleep(1, signal),
        },
      }),
    },
    "polling: waits",
    /not all between/u,
  ],
  [
    "asks more and more often",
    {
      context: (context) => ({
        ...context,
        clock: {
          ...context.clock,
          sleep: (milliseconds, signal) =>
            context.clock.sleep(Math.max(50, 5000 - milliseconds), signal),
        },
      }),
    },
    "polling: waits",
    /get shorter/u,
  ],
  [
    "sleeps on when it is cancelled",
    {
      context: (context) => ({
        ...context,
        clock: { ...context.clock, sleep: (milliseconds) => context.clock.sleep(milliseconds) },
      }),
    },
    "polling: ends at once",
    /never came to this/u,
  ],
  [
    "tells the deadline as a cancellation",
    { error: () => new TranscriptionError("aborted", "It was cancelled.") },
    "polling: gives an endless job up",
    /the code aborted/u,
  ],
  [
    "sends the key with the first call only",
    {
      call: (call) => {
        const { authorization: _key, ...headers } = call.headers;
        return call.method === "GET" ? { ...call, headers } : call;
      },
    },
    "request: sends the key",
    /in no header of the call/u,
  ],
  [
    "sends the key wherever an answer points",
    {
      call: (call) =>
        call.method === "GET" ? { ...call, url: "https://elsewhere.example/job-1" } : call,
    },
    "request: sends the key",
    /sent to https:\/\/elsewhere.example/u,
  ],
  [
    "takes a refused poll for a pause",
    {
      context: (context) => ({
        ...context,
        send: async (call) => {
          const response = await context.send(call);
          if (call.method !== "GET" || response.status < 400) return response;
          throw new Error("poll again");
        },
      }),
    },
    "errors: tells a refusal of every call",
    /401 at call 3/u,
  ],
];

describeBroken(POLLING, jobsSuite);
