import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, onTestFinished, test } from "vitest";
import { allowOrigins, createBrowserPolicy } from "./browser-policy.ts";
import type { BrowserRules } from "./browser-policy.ts";
import type { ProxyEnvironment } from "./log-requests.ts";

const LOCAL: BrowserRules = { allowedOrigins: undefined, isGuarded: false, isLoopback: true };
const OPEN: BrowserRules = { ...LOCAL, isLoopback: false };
const GUARDED: BrowserRules = { ...OPEN, isGuarded: true };

interface Asked {
  readonly host?: string;
  readonly origin?: string;
  readonly "sec-fetch-site"?: string;
}

const isServed = (rules: BrowserRules, headers: Asked): boolean =>
  createBrowserPolicy(rules).refusalOf({ host: "127.0.0.1:8000", ...headers }) === undefined;

describe("without a key, where only this machine listens,", () => {
  test.each([
    "localhost",
    "localhost:8000",
    "LOCALHOST:1",
    "localhost.:8000",
    "app.localhost:8000",
    "127.0.0.1",
    "127.1.2.3:8000",
    "[::1]:8000",
    "[::ffff:127.0.0.1]:8000",
    "127.0.0.1:",
    "0.0.0.0",
    "0.0.0.0:4000",
    "[::]:4000",
    "[::ffff:0.0.0.0]:4000",
    "ip6-localhost:8000",
    "ip6-loopback",
  ])("the host %s is served", (host) => {
    expect(isServed(LOCAL, { host })).toBe(true);
  });

  test.each([
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evillocalhost",
    "127.0.0.1@evil.example",
    "localhost/evil.example",
    "localhost, evil.example",
    "192.168.1.5:8000",
    "0.0.0.1",
    "0.0.0.0.evil.example",
    "evil.ip6-localhost",
    "ip6-localhost.evil.example",
    "[::2]",
    "[::ffff:10.0.0.1]",
    "localhost:8000:1",
    "[::1",
  ])("the host %s is not, whatever its origin", (host) => {
    expect(isServed(LOCAL, { host })).toBe(false);
    expect(isServed(LOCAL, { host, origin: "http://localhost" })).toBe(false);
    expect(isServed(LOCAL, { host, origin: `http://${host}` })).toBe(false);
  });

  test("HTTP/1.0 without a host is, since no browser speaks it", () => {
    expect(createBrowserPolicy(LOCAL).refusalOf({})).toBeUndefined();
  });

  test.each([
    "http://localhost",
    "http://localhost:3000",
    "https://app.localhost",
    "http://127.0.0.1:5173",
    "http://[::1]:3000",
    "http://0.0.0.0:3000",
    "http://[::]:3000",
  ])("pages of %s may call", (origin) => {
    expect(isServed(LOCAL, { origin })).toBe(true);
  });

  test.each([
    "http://ip6-localhost:8000",
    "http://0.0.0.0.evil.example",
    "https://evil.example",
    "null",
    "",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost@evil.example",
    "http://localhost http://evil.example",
    "http://localhost, https://evil.example",
    "file://localhost",
    "tauri://localhost",
    "capacitor://localhost",
    "app://localhost",
    "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh",
    "http://192.168.1.5:3000",
  ])("pages of '%s' may not", (origin) => {
    expect(isServed(LOCAL, { origin })).toBe(false);
  });

  test("images and frames of other sites are refused, an address that somebody types is not", () => {
    expect(isServed(LOCAL, { "sec-fetch-site": "cross-site" })).toBe(false);
    for (const site of ["none", "same-origin", "same-site"])
      expect(isServed(LOCAL, { "sec-fetch-site": site })).toBe(true);
  });

  test("what is listed counts, and its host is a name of this server", () => {
    const rules = { ...LOCAL, allowedOrigins: ["https://speech.example.com", "null"] };
    const host = "speech.example.com";
    expect(isServed(rules, { host })).toBe(true);
    expect(isServed(rules, { host, origin: "https://speech.example.com" })).toBe(true);
    expect(isServed(rules, { origin: "null" })).toBe(true);
    expect(isServed(rules, { origin: "http://localhost:3000" })).toBe(false);
    expect(isServed(rules, { host: "evil.example" })).toBe(false);
  });

  test("a * that the operator wrote opens it to all", () => {
    const rules = { ...LOCAL, allowedOrigins: ["https://one.example", "*"] };
    expect(createBrowserPolicy(rules).allowsAll).toBe(true);
    expect(isServed(rules, { host: "evil.example", origin: "https://evil.example" })).toBe(true);
  });
});

describe("without a key, on a network,", () => {
  test("programs are served by any name", () => {
    expect(isServed(OPEN, { host: "speech.example.com" })).toBe(true);
  });

  test("pages of this machine and of the server's own address may call", () => {
    expect(isServed(OPEN, { origin: "http://localhost:3000" })).toBe(true);
    const host = "192.168.1.5:8000";
    expect(isServed(OPEN, { host, origin: "http://192.168.1.5:3000" })).toBe(true);
    expect(isServed(OPEN, { host, origin: "http://192.168.1.6:3000" })).toBe(false);
    const named = "[fd00::5]:8000";
    expect(isServed(OPEN, { host: named, origin: "http://[fd00:0::5]" })).toBe(true);
  });

  test("pages of a name may not, since whoever owns it can lead it here", () => {
    expect(isServed(OPEN, { host: "evil.example", origin: "http://evil.example" })).toBe(false);
  });
});

describe("with a key", () => {
  test("all pages may call unless some are listed", () => {
    expect(createBrowserPolicy(GUARDED).allowsAll).toBe(true);
    const rules = { ...GUARDED, isLoopback: true };
    expect(isServed(rules, { host: "evil.example", origin: "https://evil.example" })).toBe(true);
  });

  test("with a list only those, and programs by any name", () => {
    const rules = { ...GUARDED, allowedOrigins: ["https://One.example:443", "http://two.example"] };
    expect(isServed(rules, { origin: "https://one.example" })).toBe(true);
    expect(isServed(rules, { origin: "HTTP://two.example:80" })).toBe(true);
    expect(isServed(rules, { origin: "https://two.example" })).toBe(false);
    expect(isServed(rules, { origin: "http://localhost" })).toBe(false);
    expect(isServed(rules, { host: "any.example", "sec-fetch-site": "cross-site" })).toBe(true);
  });

  test("an empty list lets no page in", () => {
    expect(isServed({ ...GUARDED, allowedOrigins: [] }, { origin: "http://localhost" })).toBe(
      false,
    );
  });
});

test("a refusal says what to do, and quotes nothing that could steer a terminal", () => {
  const { refusalOf } = createBrowserPolicy(LOCAL);
  const host = "localhost";
  const refusal = refusalOf({ host, origin: `https://evil\u001B[2J${"x".repeat(1000)}` }) ?? "";
  expect(refusal).toContain("earshot_settings.allowed_origins");
  expect(refusal).toContain("general_settings.master_key");
  expect(refusal).not.toContain("\u001B");
  expect(refusal.length).toBeLessThan(400);
});

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
