import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request as sendRequest } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listen } from "../../test/registry-server.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { createHttpClient } from "./http-client.ts";
import type { NpmSettings } from "./npm-settings.ts";

const NPM: NpmSettings = {
  registryOf: () => "http://127.0.0.1/",
  authorizationOf: () => undefined,
  proxy: { http: "", https: "", none: "" },
  certificates: undefined,
  strictSsl: true,
};

const getText = async (url: string, npm: Partial<NpmSettings> = {}): Promise<string> => {
  const client = createHttpClient({ ...NPM, ...npm });
  try {
    const answer = await client.get(url, { signal: new AbortController().signal });
    return `${answer.status} ${await answer.text()}`;
  } finally {
    await client.close();
  }
};

/** A proxy that does as it is asked and notes what that was. */
const startProxy = async (): Promise<{ url: string; asked: string[] }> => {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    sendRequest(incoming.url ?? "", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500);
      answer.pipe(outgoing);
    }).end();
  });
  server.on("connect", (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url} ${incoming.headers["proxy-authorization"] ?? ""}`.trim());
    const [host, port] = (incoming.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  return { url: await listen(server), asked };
};

describe("createHttpClient", () => {
  it("follows redirects, with the credentials of each host and of no other", async () => {
    const seen: (string | undefined)[] = [];
    const storage = await listen(
      createServer(({ headers }, response) => {
        seen.push(headers.authorization);
        response.end("bytes");
      }),
    );
    const registry = await listen(
      createServer(({ headers }, response) => {
        seen.push(headers.authorization);
        response.writeHead(302, { location: `${storage}signed` }).end();
      }),
    );
    const authorizationOf = (url: string): string | undefined =>
      url.startsWith(registry) ? "Bearer fake-token" : undefined;
    expect(await getText(`${registry}x.tgz`, { authorizationOf })).toBe("200 bytes");
    expect(seen).toEqual(["Bearer fake-token", undefined]);
  });

  it("gives up on a server that redirects for ever", async () => {
    let count = 0;
    const server = await listen(
      createServer((_request, response) => {
        response.writeHead(302, { location: `/${++count}` }).end();
      }),
    );
    expect(await getText(server)).toBe("302 ");
    expect(count).toBe(6);
  });

  it("goes through the proxy, with its credentials, except to the hosts that are excepted", async () => {
    const proxy = await startProxy();
    const server = await listen(createServer((_request, response) => response.end("hello")));
    const http = proxy.url.replace("http://", "http://fake:pass@");
    expect(await getText(server, { proxy: { http, https: "", none: "" } })).toBe("200 hello");
    expect(proxy.asked).toHaveLength(1);
    const none = "127.0.0.1";
    expect(await getText(server, { proxy: { http, https: "", none } })).toBe("200 hello");
    expect(proxy.asked).toHaveLength(1);
  });

  it("ends with `aborted` when the signal fires", async () => {
    const server = await listen(createServer(() => {}));
    const client = createHttpClient(NPM);
    const leaving = new AbortController();
    const answer = client.get(server, { signal: leaving.signal });
    leaving.abort();
    await expect(answer).rejects.toMatchObject({ code: "aborted" });
    await client.close();
  });
});

const makeCertificate = async (): Promise<{ key: Buffer; cert: Buffer } | undefined> => {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split(" ");
  const names = ["-addext", "subjectAltName=IP:127.0.0.1"];
  try {
    execFileSync("openssl", [...options, ...names, "-keyout", key, "-out", cert], {
      stdio: "ignore",
    });
  } catch {
    return undefined;
  }
  return { key: readFileSync(key), cert: readFileSync(cert) };
};

const certificate = await makeCertificate();

describe.skipIf(certificate === undefined)("createHttpClient over TLS (needs openssl)", () => {
  const startTls = async (): Promise<string> => {
    const server = createTlsServer({ ...certificate }, (_request, response) => {
      response.end("secret");
    });
    return (await listen(server)).replace("http:", "https:");
  };

  it("trusts the certificates it is given, and no unknown one", async () => {
    const server = await startTls();
    await expect(getText(server)).rejects.toMatchObject({ code: "network" });
    const certificates = certificate?.cert.toString();
    expect(await getText(server, { certificates })).toBe("200 secret");
    expect(await getText(server, { strictSsl: false })).toBe("200 secret");
  });

  it("tunnels through a proxy and still checks the certificate", async () => {
    const server = await startTls();
    const proxy = await startProxy();
    const settings = { proxy: { http: "", https: proxy.url, none: "" } };
    const certificates = certificate?.cert.toString();
    expect(await getText(server, { ...settings, certificates })).toBe("200 secret");
    expect(proxy.asked).toEqual([`CONNECT ${new URL(server).host}`]);
    await expect(getText(server, settings)).rejects.toMatchObject({ code: "network" });
  });
});
