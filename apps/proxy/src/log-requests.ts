import { randomUUID } from "node:crypto";
import { TranscriptionError } from "@earshot/core";
import type { Logger } from "@earshot/core";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";

/** What travels with each request through the application. */
export interface ProxyEnvironment {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    /** For the log; undefined where no provider was asked. */
    answeredBy?: { readonly deployment?: string; readonly attempts: number };
    /** What broke the stream after its status was sent. */
    brokenBy?: unknown;
  };
}

/** One request on its way through the application. */
export type ProxyContext = Context<ProxyEnvironment>;

const REQUEST_ID = /^[\w.:/+=@~-]{1,128}$/u;

/** The client's own id where it is fit for headers and logs, else a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Asked every few seconds by whatever watches the server, or by a browser before each request. */
const isProbe = (method: string, path: string): boolean =>
  path.startsWith("/health/") || method === "OPTIONS";

const failureOf = (error: unknown): { readonly code?: string; readonly reason?: string } =>
  TranscriptionError.is(error) ? { code: error.code, reason: error.message } : {};

const describe = (attempts: number): string => (attempts === 1 ? "" : `, ${attempts} attempts`);

/** Gives each request its id, and logs one line for it when its answer is out, streams included. */
export function logRequests(logger: Logger): MiddlewareHandler<ProxyEnvironment> {
  return async (context, next) => {
    const { outgoing } = context.env;
    const { method, path } = context.req;
    const requestId = requestIdOf(context.env.incoming.headers["x-request-id"]);
    const startedAtMs = performance.now();
    context.set("requestId", requestId);
    await next();
    const { answeredBy } = context.var;
    const { status } = context.res;
    const write = (): void => {
      const failure = failureOf(context.error ?? context.var.brokenBy);
      const durationMs = Math.round(performance.now() - startedAtMs);
      const complete = outgoing.writableFinished;
      const parts = [
        `${method} ${path} ${status} ${durationMs} ms`,
        ...(answeredBy?.deployment === undefined
          ? []
          : [answeredBy.deployment + describe(answeredBy.attempts)]),
        ...(failure.reason === undefined ? [] : [failure.reason]),
        ...(complete || failure.code === "aborted" ? [] : ["the client went away"]),
      ];
      const request = { requestId, method, path, status, durationMs, complete };
      const fields = { ...request, ...answeredBy, ...failure };
      logger[isProbe(method, path) && status < 400 ? "debug" : "info"](fields, parts.join(" · "));
    };
    // A client that went away early did so before there was an answer.
    if (outgoing.closed) write();
    else outgoing.once("close", write);
  };
}
