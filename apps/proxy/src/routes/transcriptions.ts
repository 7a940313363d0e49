import { describedAs, systemClock, TranscriptionError } from "@earshot/core";
import type { AudioSource, Clock, Task } from "@earshot/core";
import { isLongTranscript, renderInTurns, renderTranscript } from "@earshot/formats";
import type { Gateway, StreamOutcome, TranscriptionOutcome } from "@earshot/gateway";
import { callerOf } from "../authenticate.ts";
import { readText } from "../field-readers.ts";
import type { Form, FormSettings } from "../ingest/form-collector.ts";
import { readForm } from "../ingest/read-form.ts";
import type { ProxyContext } from "../log-requests.ts";
import { renderOptions, respondStreaming, respondWhole } from "../respond.ts";
import { toGatewayRequest, wantsStream } from "../to-gateway-request.ts";
import { startEarlyCall } from "./early-call.ts";
import type { Asked, EarlyCall } from "./early-call.ts";

/** What serves the audio routes. */
export interface TranscriptionSettings {
  readonly gateway: Gateway;
  readonly form: FormSettings;
  /** The gateway's clock; default: the system's. */
  readonly clock?: Pick<Clock, "now">;
}

/** `aheadMs` is what the gateway's clock shows more than `performance.now`. */
const audioOf = ({ fields, upload }: Form, aheadMs: number): AudioSource => {
  if (upload !== undefined)
    return describedAs(upload, { arrivedAtMs: () => upload.lastByteAtMs + aheadMs });
  const url = readText(fields, "url");
  const address = url ?? readText(fields, "file");
  if (address !== undefined && (url !== undefined || /^https?:\/\//iu.test(address)))
    return { type: "url", url: address };
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

/** The model that is known without the form: from the path as in Azure's URLs, the query or a header. */
const namedModel = ({ req, env }: ProxyContext): string | undefined => {
  const { headers, url = "" } = env.incoming;
  const header = headers["x-earshot-model"];
  return (
    req.param("model") ??
    (url.includes("?") ? req.query("model") : undefined) ??
    (typeof header === "string" ? header : undefined)
  );
};

type Answer =
  | ({ readonly type: "whole" } & TranscriptionOutcome)
  | ({ readonly type: "stream" } & StreamOutcome);

/** Serves `POST …/audio/transcriptions` and `…/audio/translations`. */
export function createTranscriptionHandler(
  { gateway, form: formSettings, clock = systemClock }: TranscriptionSettings,
  task: Task,
): (context: ProxyContext) => Promise<Response> {
  /** What the clock shows more than `performance.now`, always. */
  const aheadMs = clock.now() - performance.now();
  const call = async ({ request, stream }: Asked): Promise<Answer> =>
    stream
      ? { type: "stream", ...(await gateway.stream(request)) }
      : { type: "whole", ...(await gateway.transcribe(request)) };

  return async (context) => {
    const signal = clientSignal(context);
    const pathModel = namedModel(context);
    const caller = callerOf(context.env.incoming.socket.remoteAddress);
    const read = (form: Form): Asked => {
      const { fields } = form;
      const facts = { audio: audioOf(form, aheadMs), task, pathModel, signal, caller };
      return { request: toGatewayRequest(fields, facts), stream: wantsStream(fields) };
    };
    let early: EarlyCall<Answer> | undefined;
    const start = (partial: Form): void => {
      if (partial.upload === undefined) return;
      try {
        early = startEarlyCall(read(partial), partial.upload, call);
      } catch {
        // Something is missing or wrong so far; the whole form will show whether it is.
      }
    };
    let form: Form | undefined;
    const dispose = async (): Promise<void> => form?.dispose();
    try {
      form = await readForm(context.env.incoming, formSettings, start);
      const readyAtMs = performance.now();
      const asked = read(form);
      const answer = await (early?.answerTo(asked) ?? call(asked));
      const answering = { context, request: asked.request, readyAtMs };
      if (answer.type === "stream") return respondStreaming(answering, answer, dispose);
      const { transcript } = answer;
      const options = renderOptions(asked.request);
      // A short one has no turn to wait for.
      const rendered = isLongTranscript(transcript)
        ? await renderInTurns(transcript, options, signal)
        : renderTranscript(transcript, options);
      const response = respondWhole(answering, answer, rendered);
      await dispose();
      return response;
    } catch (error) {
      early?.cancel();
      await dispose();
      throw error;
    }
  };
}
