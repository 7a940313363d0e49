// Sends uploads from several clients at once and reports what each of them waited. Driven by messages
// of the process that started it.
import { Agent, request } from "node:http";
import type { BenchCase } from "./bench-case.ts";
import { UPLOAD_CONTENT_TYPE, uploadBody } from "./upload-body.ts";

/** What to send and where. */
export interface LoadOrder {
  readonly benchCase: BenchCase;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly requests: number;
}

/** What came of it. */
export interface LoadReport {
  readonly seconds: number;
  /** Of each request, in milliseconds. */
  readonly latenciesMs: readonly number[];
  /** Undefined when every answer was right. */
  readonly failure: string | undefined;
}

interface Upload {
  readonly order: LoadOrder;
  readonly agent: Agent;
  readonly body: Buffer;
}

const send = ({ order, agent, body }: Upload): Promise<void> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: order.port,
        agent,
        method: "POST",
        path: "/v1/audio/transcriptions",
        headers: {
          ...order.headers,
          authorization: "Bearer sk-test-bench",
          "content-type": UPLOAD_CONTENT_TYPE,
          "content-length": body.length,
        },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        answer.once("end", () => {
          if (answer.statusCode === 200 && text.includes("quick brown fox")) resolve();
          else reject(new Error(`answered ${answer.statusCode}: ${text.slice(0, 300)}`));
        });
      },
    );
    outgoing.once("error", reject);
    outgoing.end(body);
  });

let current: { readonly name: string; readonly body: Buffer } | undefined;

const bodyOf = (benchCase: BenchCase): Buffer => {
  current =
    current?.name === benchCase.name
      ? current
      : { name: benchCase.name, body: uploadBody(benchCase) };
  return current.body;
};

const run = async (order: LoadOrder): Promise<LoadReport> => {
  const { clients } = order.benchCase;
  const upload = {
    order,
    agent: new Agent({ keepAlive: true, maxSockets: clients }),
    body: bodyOf(order.benchCase),
  };
  const latenciesMs: number[] = [];
  let left = order.requests;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left--;
      const startedAtMs = performance.now();
      await send(upload);
      latenciesMs.push(performance.now() - startedAtMs);
    }
  };
  const startedAtMs = performance.now();
  let failure: string | undefined;
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } catch (error) {
    left = 0;
    failure = error instanceof Error ? error.message : String(error);
  }
  upload.agent.destroy();
  return { seconds: (performance.now() - startedAtMs) / 1000, latenciesMs, failure };
};

process.on("message", (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report));
});
