import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { allowOrigins } from "./allow-origins.ts";
import { createBrowserPolicy } from "./browser-policy.ts";
import type { ProxyEnvironment } from "./proxy-environment.ts";

const serve = async (allowedOrigins: readonly string[]): Promise<string> => {
  const app = new Hono<ProxyEnvironment>();
  app.use(
    allowOrigins(createBrowserPolicy({ allowedOrigins, isGuarded: true, isLoopback: false })),
  );
  app.onError((error, context) => context.text(error.message, 403));
  app.get("/", (context) => context.text("hello"));
  const listener = getRequestListener(app.fetch);
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
};

test("pages of every origin may call and read Earshot's headers", async () => {
  const url = await serve(["*"]);
  const { headers } = await fetch(url, { headers: { origin: "https://one.example" } });
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("access-control-expose-headers")).toContain("x-earshot-deployment");
  expect(headers.get("vary")).toBeNull();
  // Whoever is no browser needs none of it.
  expect((await fetch(url)).headers.get("access-control-expose-headers")).toBeNull();
});

test("only pages of a listed origin may call, and caches keep the answers apart", async () => {
  const url = await serve(["https://one.example", "https://two.example"]);
  const allowed = async (origin: string): Promise<string | null> => {
    const { headers } = await fetch(url, { headers: { origin } });
    expect(headers.get("vary")).toBe("Origin");
    return headers.get("access-control-allow-origin");
  };
  expect(await allowed("https://two.example")).toBe("https://two.example");
  expect(await allowed("https://three.example")).toBeNull();
});

test("a preflight is answered at once, with the headers that it asks for", async () => {
  const response = await fetch(await serve(["https://one.example"]), {
    method: "OPTIONS",
    headers: {
      origin: "https://one.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-other",
      "access-control-request-private-network": "true",
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://one.example");
  expect(response.headers.get("access-control-allow-headers")).toBe("authorization,x-other");
  expect(response.headers.get("access-control-allow-methods")).toContain("POST");
  expect(response.headers.get("access-control-allow-private-network")).toBe("true");
  expect(response.headers.get("vary")).toBe("Origin, Access-Control-Request-Headers");
});
