import { TranscriptionError } from "@earshot/core";
import type { Logger } from "@earshot/core";
import type { Context, MiddlewareHandler } from "hono";
import type { ProxyEnvironment } from "./proxy-environment.ts";

/** Asked every few seconds by whatever watches the server. */
const isProbe = (path: string): boolean => path.startsWith("/health/");

const answeredBy = (headers: Headers): { deployment?: string; attempts?: number } => {
  const deployment = headers.get("x-earshot-deployment");
  const attempts = headers.get("x-earshot-attempts");
  return {
    ...(deployment === null ? {} : { deployment }),
    ...(attempts === null ? {} : { attempts: Number(attempts) }),
  };
};

const failureOf = ({ error }: Context): { code?: string; reason?: string } => {
  if (!TranscriptionError.is(error)) return {};
  return { code: error.code, reason: error.message };
};

const describe = (attempts: number | undefined): string =>
  attempts === undefined || attempts === 1 ? "" : `, ${attempts} attempts`;

/** Logs one line for each request when its answer is out, streams included. */
export function logRequests(logger: Logger): MiddlewareHandler<ProxyEnvironment> {
  return async (context, next) => {
    const { outgoing } = context.env;
    const { method, path } = context.req;
    await next();
    const { requestId, startedAtMs } = context.var;
    const facts = { ...answeredBy(context.res.headers), ...failureOf(context) };
    const { status } = context.res;
    const write = (): void => {
      const durationMs = Math.round(performance.now() - startedAtMs);
      const complete = outgoing.writableFinished;
      const parts = [
        `${method} ${path} ${status} ${durationMs} ms`,
        ...(facts.deployment === undefined ? [] : [facts.deployment + describe(facts.attempts)]),
        ...(facts.reason === undefined ? [] : [facts.reason]),
        ...(complete || facts.code === "aborted" ? [] : ["the client went away"]),
      ];
      const fields = { requestId, method, path, status, durationMs, complete, ...facts };
      logger[isProbe(path) ? "debug" : "info"](fields, parts.join(" · "));
    };
    // A client that went away early did so before there was an answer.
    if (outgoing.closed) write();
    else outgoing.once("close", write);
  };
}
