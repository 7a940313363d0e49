import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import { earshot } from "./earshot.ts";
import { litellm, portkey } from "./installed-gateways.ts";
import type { Subject } from "./subject.ts";

/** The floor, to which the others are compared. */
const pipe: Subject = {
  name: "pipe",
  version: `Node ${process.version}`,
  headers: {},
  load: 1,
  start: async ({ upstreamPort }) => {
    const port = await freePort();
    const script = join(import.meta.dirname, "bare-pipe.ts");
    const command = [process.execPath, script, String(port), String(upstreamPort)] as const;
    return startChild({ command, port });
  },
};

const toConfig = (port: number, upstreamPort: number, folder: string): string => `
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

const installedVersion = (): string => {
  const { stderr, error } = spawnSync("nginx", ["-v"], { encoding: "utf8" });
  const version = /nginx\/(\S+)/u.exec(stderr ?? "")?.[1];
  if (error !== undefined || version === undefined)
    throw new Error("it is not installed (apt-get install nginx-light)");
  return version;
};

/** A proxy in C that passes uploads on as they arrive. Throws when this machine has none. */
function nginx(): Subject {
  return {
    name: "nginx",
    version: installedVersion(),
    headers: {},
    load: 1,
    start: async ({ upstreamPort, folder }) => {
      const port = await freePort();
      const config = join(folder, "nginx.conf");
      writeFileSync(config, toConfig(port, upstreamPort, folder));
      const log = join(folder, "start.log");
      return startChild({ command: ["nginx", "-p", folder, "-c", config, "-e", log], port });
    },
  };
}

/** Who takes part. */
export interface SubjectOptions {
  readonly upstreamPort: number;
  readonly nginx: boolean;
  readonly portkey: boolean;
  readonly litellm: boolean;
  /** For the process of Earshot, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
  /** Another checkout of Earshot. */
  readonly against: string | undefined;
}

/** Who takes part, and who does not and why. */
export interface FoundSubjects {
  readonly subjects: readonly Subject[];
  readonly leftOut: Readonly<Record<string, string>>;
}

/** What this machine can measure; the pipe comes first and the others are compared to it. */
export function findSubjects(options: SubjectOptions): FoundSubjects {
  const subjects: Subject[] = [pipe, earshot({ nodeOptions: options.nodeOptions })];
  const leftOut: Record<string, string> = {};

  const add = (name: string, isWanted: boolean, find: () => Subject): void => {
    if (!isWanted) {
      leftOut[name] = `not asked for`;
      return;
    }
    try {
      subjects.push(find());
    } catch (error) {
      const [reason = ""] = String(error instanceof Error ? error.message : error).split("\n");
      leftOut[name] = `it is not there: ${reason}`;
    }
  };
  const { against } = options;
  if (against !== undefined) subjects.push(earshot({ checkout: against }));
  add("nginx", options.nginx, nginx);
  add("Portkey", options.portkey, () => portkey(options.upstreamPort));
  add("LiteLLM", options.litellm, litellm);
  return { subjects, leftOut };
}
