import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startChild } from "../processes/child.ts";
import type { Subject } from "./subject.ts";

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

/** Of the nginx on this machine; undefined when there is none. */
export function nginxVersion(): string | undefined {
  try {
    const printed = execFileSync("sh", ["-c", "nginx -v 2>&1"], { encoding: "utf8" });
    return /nginx\/(\S+)/u.exec(printed)?.[1];
  } catch {
    return undefined;
  }
}

/** A proxy in C that passes uploads on as they arrive. */
export function nginx(version: string): Subject {
  return {
    name: "nginx",
    version,
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
