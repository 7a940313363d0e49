import type { HttpBindings } from "@hono/node-server";

/** What travels with each request through the application. */
export interface ProxyEnvironment {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    startedAtMs: number;
    /** For the log; undefined where no provider was asked. */
    answeredBy?: { readonly deployment?: string; readonly attempts: number };
    /** What broke the stream after its status was sent. */
    brokenBy?: unknown;
  };
}
