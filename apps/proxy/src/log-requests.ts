import { TranscriptionError } from "@earshot/core";
import type { Logger } from "@earshot/core";
import type { MiddlewareHandler } from "hono";
import type { ProxyEnvironment } from "./proxy-environment.ts";

/** Asked every few seconds by whatever watches the server, or by a browser before each request. */
const isProbe = (method: string, path: string): boolean =>
  path.startsWith("/health/") || method === "OPTIONS";

const failureOf = (error: unknown): { code?: string; reason?: string } => {
  if (!TranscriptionError.is(error)) return {};
  return { code: error.code, reason: error.message };
};

interface Facts {
  readonly deployment?: string;
  readonly attempts?: number;
  readonly code?: string;
  readonly reason?: string;
}

const describe = (attempts: number | undefined): string =>
  attempts === undefined || attempts === 1 ? "" : `, ${attempts} attempts`;

/** Logs one line for each request when its answer is out, streams included. */
export function logRequests(logger: Logger): MiddlewareHandler<ProxyEnvironment> {
  return async (context, next) => {
    const { outgoing } = context.env;
    const { method, path } = context.req;
    await next();
    const { requestId, startedAtMs, answeredBy } = context.var;
    const { status } = context.res;
    const write = (): void => {
      const failure = failureOf(context.error ?? context.var.brokenBy);
      const facts: Facts = { ...answeredBy, ...failure };
      const durationMs = Math.round(performance.now() - startedAtMs);
      const complete = outgoing.writableFinished;
      const parts = [
        `${method} ${path} ${status} ${durationMs} ms`,
        ...(facts.deployment === undefined ? [] : [facts.deployment + describe(facts.attempts)]),
        ...(facts.reason === undefined ? [] : [facts.reason]),
        ...(complete || facts.code === "aborted" ? [] : ["the client went away"]),
      ];
      const fields = { requestId, method, path, status, durationMs, complete, ...facts };
      logger[isProbe(method, path) && status < 400 ? "debug" : "info"](fields, parts.join(" · "));
    };
    // A client that went away early did so before there was an answer.
    if (outgoing.closed) write();
    else outgoing.once("close", write);
  };
}
