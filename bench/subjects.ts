import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "./child.ts";
import type { Child } from "./child.ts";

/** A gateway under test. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  /** Sent with every upload. */
  readonly headers: Readonly<Record<string, string>>;
  /** Starts it in front of the upstream; it may write into the folder. */
  start(upstreamPort: number, folder: string): Promise<Child>;
}

const ROOT = join(import.meta.dirname, "..");

const versionOf = (path: string): string => {
  const manifest: unknown = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const hasVersion = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return hasVersion ? String(manifest.version) : "unknown";
};

const pipe: Subject = {
  name: "pipe",
  version: `Node ${process.version}`,
  headers: {},
  start: async (upstreamPort) => {
    const port = await freePort();
    const script = join(import.meta.dirname, "bare-pipe.ts");
    return startChild([process.execPath, script, String(port), String(upstreamPort)], port);
  },
};

const earshotConfig = (upstreamPort: number): string =>
  JSON.stringify({
    model_list: [
      {
        model_name: "whisper-1",
        litellm_params: {
          model: "openai_compatible/whisper-1",
          api_base: `http://127.0.0.1:${upstreamPort}/v1`,
          api_key: "sk-test-bench",
        },
      },
    ],
  });

const earshot = (nodeOptions: readonly string[]): Subject => ({
  name: "Earshot",
  version: `${versionOf(join(ROOT, "apps/cli"))} (sources)`,
  headers: {},
  start: async (upstreamPort, folder) => {
    const port = await freePort();
    const config = join(folder, "earshot.json");
    writeFileSync(config, earshotConfig(upstreamPort));
    const main = join(ROOT, "apps/cli/src/main.ts");
    const args = ["serve", "--config", config, "--port", String(port)];
    return startChild([process.execPath, ...nodeOptions, main, ...args], port);
  },
});

const nginxConfig = (port: number, upstreamPort: number, folder: string): string => `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 512; }
http {
  access_log off; client_max_body_size 0; keepalive_requests 1000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_request_buffering off;
    }
  }
}
`;

const nginxVersion = (): string | undefined => {
  try {
    const [, version] = /nginx\/(\S+)/u.exec(
      execFileSync("sh", ["-c", "nginx -v 2>&1"], { encoding: "utf8" }),
    ) ?? [undefined, undefined];
    return version;
  } catch {
    return undefined;
  }
};

const nginx = (version: string): Subject => ({
  name: "nginx",
  version,
  headers: {},
  start: async (upstreamPort, folder) => {
    const port = await freePort();
    const config = join(folder, "nginx.conf");
    writeFileSync(config, nginxConfig(port, upstreamPort, folder));
    return startChild(["nginx", "-p", folder, "-c", config, "-e", join(folder, "start.log")], port);
  },
});

const PORTKEY_FOLDER = join(ROOT, ".tools/bench/portkey");
const PORTKEY = join(PORTKEY_FOLDER, "node_modules/@portkey-ai/gateway");

/** The versions that its own lock file names; newer ones of its server do not work with it. */
const PORTKEY_MANIFEST = {
  private: true,
  dependencies: { "@portkey-ai/gateway": "1.15.2" },
  overrides: { "@hono/node-server": "1.13.5", hono: "4.9.7", "@hono/node-ws": "1.2.0" },
};

const installPortkey = (): void => {
  if (existsSync(PORTKEY)) return;
  mkdirSync(PORTKEY_FOLDER, { recursive: true });
  writeFileSync(join(PORTKEY_FOLDER, "package.json"), JSON.stringify(PORTKEY_MANIFEST));
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: PORTKEY_FOLDER,
    stdio: "inherit",
  });
};

const portkey = (upstreamPort: number): Subject => ({
  name: "Portkey",
  version: versionOf(PORTKEY),
  headers: {
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
  },
  start: async () => {
    const port = await freePort();
    const script = join(PORTKEY, "build/start-server.js");
    return startChild([process.execPath, script, `--port=${port}`, "--headless"], port);
  },
});

export interface SubjectOptions {
  readonly upstreamPort: number;
  /** Installs Portkey's gateway below `.tools/bench` when it is not there yet. */
  readonly portkey: boolean;
  /** For the process of Earshot, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
}

/** What this machine can measure; the pipe comes first and the others are compared to it. */
export function findSubjects(options: SubjectOptions): readonly Subject[] {
  if (options.portkey) installPortkey();
  const version = nginxVersion();
  return [
    pipe,
    earshot(options.nodeOptions),
    ...(version === undefined ? [] : [nginx(version)]),
    ...(options.portkey ? [portkey(options.upstreamPort)] : []),
  ];
}
