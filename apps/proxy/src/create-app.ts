import type { IncomingMessage } from "node:http";
import { TranscriptionError } from "@earshot/core";
import type { Logger } from "@earshot/core";
import { withoutPaths } from "@earshot/formats";
import type { Gateway, ModelEntry } from "@earshot/gateway";
import { Hono } from "hono";
import { createAuthenticator } from "./authenticate.ts";
import { allowOrigins, createBrowserPolicy } from "./browser-policy.ts";
import { isLoopback } from "./local-names.ts";
import { logRequests } from "./log-requests.ts";
import type { ProxyEnvironment } from "./log-requests.ts";
import { respondWithError } from "./respond.ts";
import { createTranscriptionHandler } from "./routes/transcriptions.ts";
import type { TranscriptionSettings } from "./routes/transcriptions.ts";

/** What the HTTP application is made of. */
export interface ProxySettings extends TranscriptionSettings {
  /** Undefined lets everybody in. */
  readonly masterKey: string | undefined;
  /**
   * Origins that browsers may call from; `*` for all. Undefined: all with a master key, without one
   * those of this machine and of the server's own address.
   */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly logger: Logger;
}

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

/** Throws `unsupported_media` for a body that would have to be unpacked first. */
const refuseEncodedBody = ({ headers }: IncomingMessage): void => {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return;
  throw new TranscriptionError(
    "unsupported_media",
    `The body is compressed (content-encoding: ${encoding.slice(0, 64)}), which is not accepted. Send it as it is; audio formats such as MP3 or FLAC are small by themselves.`,
  );
};

/** How long `GET /health` waits for all providers together, in milliseconds. */
const CHECK_TIMEOUT_MS = 10_000;

/** Serves `GET /health`: every deployment, asked now where its provider can be asked. */
const serveHealth = (app: Hono<ProxyEnvironment>, gateway: Gateway): void => {
  app.get("/health", async (context) => {
    const checked = await gateway.checkProviders(AbortSignal.timeout(CHECK_TIMEOUT_MS));
    const cooled = new Map(gateway.health().map((entry) => [entry.deployment.id, entry]));
    const entries = checked.map((entry) => {
      const { cooledUntilMs, inFlight } = cooled.get(entry.deploymentId) ?? {};
      // A deployment that cools down has just failed, whatever a cheap question to it says.
      const healthy = cooledUntilMs === undefined ? entry.healthy : false;
      const error = entry.error === undefined ? undefined : withoutPaths(entry.error, true);
      return { ...entry, error, healthy, cooledUntil: cooledUntilMs, inFlight };
    });
    const unhealthy = entries.filter((entry) => entry.healthy === false);
    const healthy = entries.filter((entry) => entry.healthy !== false);
    const body = {
      healthy_endpoints: healthy,
      unhealthy_endpoints: unhealthy,
      healthy_count: healthy.length,
      unhealthy_count: unhealthy.length,
    };
    return context.json(body, healthy.length > 0 ? 200 : 503);
  });
};

/** One entry of `GET /v1/models`, in OpenAI's shape. */
const toModel = (entry: ModelEntry) => ({
  id: entry.id,
  object: "model",
  created: 0,
  owned_by: entry.providers.join(","),
  ...(entry.shutdownDate === undefined ? {} : { shutdown_date: entry.shutdownDate }),
});

/** Throws `model_not_found` that lists the known names. */
const findModel = (models: readonly ModelEntry[], id: string): object => {
  const found = models.find((model) => model.id === id);
  if (found !== undefined) return toModel(found);
  throw new TranscriptionError(
    "model_not_found",
    `There is no model '${id.slice(0, 100)}'. Known: ${models.map((model) => model.id).join(", ")}.`,
    { param: "model" },
  );
};

/** Serves `GET /v1/models` and `GET /v1/models/{id}`. */
const serveModels = (app: Hono<ProxyEnvironment>, gateway: Gateway): void => {
  for (const path of ["/v1/models", "/models", "/openai/v1/models"]) {
    app.get(path, (context) =>
      context.json({ object: "list", data: gateway.models().map(toModel) }),
    );
    // Model names may hold slashes, as in `openai/whisper-1`.
    app.get(`${path}/:id{.+}`, (context) =>
      context.json(findModel(gateway.models(), context.req.param("id"))),
    );
  }
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
    authenticate(context.env.incoming.headers);
    refuseEncodedBody(context.env.incoming);
    await next();
  });
  serveHealth(app, gateway);
  serveModels(app, gateway);
  const transcribe = createTranscriptionHandler(settings, "transcribe");
  const translate = createTranscriptionHandler(settings, "translate");
  for (const prefix of AUDIO_PREFIXES) {
    app.post(`${prefix}/transcriptions`, transcribe);
    app.post(`${prefix}/translations`, translate);
  }
  return app;
}
