import { TranscriptionError } from "@earshot/core";
import type { AudioSource, Task, TranscriptEvent } from "@earshot/core";
import { renderEvents, renderTranscript } from "@earshot/formats";
import type { GatewayRequest, Route } from "@earshot/gateway";
import type { Context } from "hono";
import { readText } from "../field-readers.ts";
import { readForm } from "../ingest/read-form.ts";
import type { Form } from "../ingest/read-form.ts";
import type { ProxyEnvironment } from "../proxy-environment.ts";
import type { ProxySettings } from "../proxy-settings.ts";
import { answerHeaders } from "../response-headers.ts";
import { toGatewayRequest, wantsStream } from "../to-gateway-request.ts";

type ProxyContext = Context<ProxyEnvironment>;

const audioOf = ({ fields, upload }: Form): AudioSource => {
  if (upload !== undefined) return upload;
  const url = readText(fields, "url") ?? readText(fields, "file");
  if (url !== undefined && /^https?:\/\//iu.test(url)) return { type: "url", url };
  throw new TranscriptionError(
    "invalid_request",
    "The form has no file. Send the audio as a file in the field 'file', with a file name.",
    { param: "file" },
  );
};

/** Fires when the client goes away before it has its whole answer. */
const clientSignal = ({ env }: ProxyContext): AbortSignal => {
  const controller = new AbortController();
  env.outgoing.once("close", () => {
    if (!env.outgoing.writableFinished)
      controller.abort(new TranscriptionError("aborted", "The client went away."));
  });
  return controller.signal;
};

interface Answering {
  readonly context: ProxyContext;
  readonly settings: ProxySettings;
  readonly request: GatewayRequest;
  /** When the form was complete; the gateway's own time counts from here. */
  readonly readyAtMs: number;
}

const renderOptions = (request: GatewayRequest) =>
  ({
    responseFormat: request.responseFormat ?? "json",
    timestampGranularities: request.timestampGranularities ?? [],
    task: request.task ?? "transcribe",
  }) as const;

const noteRoute = (context: ProxyContext, route: Route): void =>
  context.set("answeredBy", { deployment: route.deploymentId, attempts: route.attempts.length });

const answerWhole = async ({
  context,
  settings,
  request,
  readyAtMs,
}: Answering): Promise<Response> => {
  const { transcript, route } = await settings.gateway.transcribe(request);
  const { contentType, body } = renderTranscript(transcript, renderOptions(request));
  noteRoute(context, route);
  const headers = answerHeaders({
    requestId: context.get("requestId"),
    totalMs: performance.now() - readyAtMs,
    route,
    warnings: transcript.warnings,
  });
  // Not by `context.body`, which reads the headers into an object that must be read out again.
  return new Response(body, { headers: { "content-type": contentType, ...headers } });
};

const toByteStream = (
  frames: AsyncIterable<string>,
  finished: () => Promise<void>,
): ReadableStream<Uint8Array> => {
  const iterator = frames[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const step = await iterator.next();
      if (step.done !== true) return controller.enqueue(encoder.encode(step.value));
      controller.close();
      await finished();
    },
    cancel: async () => {
      await iterator.return?.();
      await finished();
    },
  });
};

const answerStreaming = async (
  { context, settings, request, readyAtMs }: Answering,
  finished: () => Promise<void>,
): Promise<Response> => {
  const { events, route } = await settings.gateway.stream(request);
  noteRoute(context, route);
  const headers = answerHeaders({
    requestId: context.get("requestId"),
    totalMs: performance.now() - readyAtMs,
    route,
    warnings: [],
  });
  const frames = renderEvents(
    events satisfies AsyncIterable<TranscriptEvent>,
    renderOptions(request),
  );
  return context.body(toByteStream(frames, finished), 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
    ...headers,
  });
};

/** Serves `POST …/audio/transcriptions` and `…/audio/translations`. */
export function createTranscriptionHandler(
  settings: ProxySettings,
  task: Task,
): (context: ProxyContext) => Promise<Response> {
  return async (context) => {
    const signal = clientSignal(context);
    const form = await readForm(context.env.incoming, settings.form);
    const dispose = async (): Promise<void> => form.upload?.dispose();
    const readyAtMs = performance.now();
    try {
      const request = toGatewayRequest(form.fields, {
        audio: audioOf(form),
        task,
        pathModel: context.req.param("model"),
        signal,
      });
      const answering = { context, settings, request, readyAtMs };
      if (wantsStream(form.fields)) return await answerStreaming(answering, dispose);
      const response = await answerWhole(answering);
      await dispose();
      return response;
    } catch (error) {
      await dispose();
      throw error;
    }
  };
}
