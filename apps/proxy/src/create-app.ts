import type { IncomingMessage } from "node:http";
import { TranscriptionError } from "@earshot/core";
import { Hono } from "hono";
import { allowOrigins } from "./allow-origins.ts";
import { createAuthenticator } from "./authenticate.ts";
import { createBrowserPolicy } from "./browser-policy.ts";
import { respondWithError } from "./error-response.ts";
import { isLoopback } from "./local-names.ts";
import { logRequests } from "./log-requests.ts";
import type { ProxyEnvironment } from "./proxy-environment.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { refuseEncodedBody } from "./refuse-encoded-body.ts";
import { requestIdOf } from "./response-headers.ts";
import { checkHealth } from "./routes/health.ts";
import { findModel, listModels } from "./routes/models.ts";
import { createTranscriptionHandler } from "./routes/transcriptions.ts";

/** Where OpenAI's routes are served: with and without `/v1`, as on Groq, and as on Azure. */
const AUDIO_PREFIXES = [
  "/v1/audio",
  "/audio",
  "/openai/v1/audio",
  "/api/v1/audio",
  "/openai/deployments/:model/audio",
];

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
const requireHost = ({ headers, httpVersion }: IncomingMessage): void => {
  if (headers.host === undefined && httpVersion !== "1.0")
    throw new TranscriptionError("invalid_request", "The request has no Host header.");
};

/**
 * Builds the HTTP application: every route, its authentication and its errors. `address` is where it
 * listens; without one it is taken for open to the network.
 */
export function createApp(settings: ProxySettings, address = "0.0.0.0"): Hono<ProxyEnvironment> {
  const { gateway, logger } = settings;
  const app = new Hono<ProxyEnvironment>({ strict: false });
  const authenticate = createAuthenticator(settings.masterKey);

  app.onError((error, context) => respondWithError(context, error, logger));
  app.notFound((context) =>
    respondWithError(
      context,
      new TranscriptionError(
        "not_found",
        `There is no ${context.req.method} ${context.req.path}. The audio routes are POST /v1/audio/transcriptions and /v1/audio/translations.`,
      ),
      logger,
    ),
  );
  app.use(async (context, next) => {
    context.set("requestId", requestIdOf(context.req.header("x-request-id")));
    context.set("startedAtMs", performance.now());
    await next();
  });
  app.use(logRequests(logger));
  const browserPolicy = createBrowserPolicy({
    allowedOrigins: settings.allowedOrigins,
    isGuarded: settings.masterKey !== undefined,
    isLoopback: isLoopback(address),
  });
  const letIn = allowOrigins(browserPolicy);
  app.use((context, next) => {
    requireHost(context.env.incoming);
    return letIn(context, next);
  });

  app.get("/", (context) => context.json({ name: "Earshot", docs: "/v1/models" }));
  app.get("/health/liveliness", (context) => context.json("I'm alive!"));
  app.get("/health/liveness", (context) => context.json("I'm alive!"));
  app.get("/health/readiness", (context) => context.json({ status: "healthy" }));

  app.use(async (context, next) => {
    authenticate((name) => context.req.header(name));
    refuseEncodedBody(context.env.incoming);
    await next();
  });
  app.get("/health", async (context) => {
    const { healthy, body } = await checkHealth(gateway);
    return context.json(body, healthy ? 200 : 503);
  });
  for (const path of ["/v1/models", "/models", "/openai/v1/models"]) {
    app.get(path, (context) => context.json(listModels(gateway)));
    // Model names may hold slashes, as in `openai/whisper-1`.
    app.get(`${path}/:id{.+}`, (context) =>
      context.json(findModel(gateway, context.req.param("id"))),
    );
  }
  const transcribe = createTranscriptionHandler(settings, "transcribe");
  const translate = createTranscriptionHandler(settings, "translate");
  for (const prefix of AUDIO_PREFIXES) {
    app.post(`${prefix}/transcriptions`, transcribe);
    app.post(`${prefix}/translations`, translate);
  }
  return app;
}
