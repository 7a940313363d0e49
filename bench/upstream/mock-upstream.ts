// A provider that costs as little as possible: counts the upload, throws it away, answers with one
// line. Driven by messages of the process that started it.
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { sharedNowMs } from "../processes/process-usage.ts";
import type { MockOrder, UpstreamTimes } from "./mock.ts";
import { createRequestReader } from "./request-reader.ts";

/** Small requests pass a slow upstream unhindered. */
const UNHINDERED_BYTES = 256 * 1024;

const AUDIO_MARK = "RIFF";
/** The audio begins within the first so many bytes of a form. */
const SEARCHED_BYTES = 16 * 1024;

let bytesPerSecond = Infinity;
let isWatching = false;
let times: UpstreamTimes[] = [];

const answerTo = (bodyBytes: number): string => {
  const json = `{"text":"The quick brown fox got ${bodyBytes} bytes."}`;
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
};

/** Notes when the parts of each request arrive. */
const createWatch = () => {
  let requestAtMs = 0;
  let audioAtMs: number | undefined;
  let start = "";
  return {
    begin: () => {
      requestAtMs = sharedNowMs();
      audioAtMs = undefined;
      start = "";
    },
    body: (piece: Buffer) => {
      if (audioAtMs !== undefined || start.length > SEARCHED_BYTES) return;
      start += piece.toString("latin1", 0, SEARCHED_BYTES);
      if (start.includes(AUDIO_MARK)) audioAtMs = sharedNowMs();
    },
    end: () => times.push({ requestAtMs, audioAtMs, endAtMs: sharedNowMs() }),
  };
};

/** Reads no faster than a slow upstream would. */
const createBrake = (socket: Socket) => {
  let startedAtMs = 0;
  let bytes = 0;
  return {
    begin: () => {
      startedAtMs = performance.now();
      bytes = 0;
    },
    body: (piece: Buffer) => {
      bytes += piece.length;
      if (bytes < UNHINDERED_BYTES) return;
      const dueMs = startedAtMs + ((bytes - UNHINDERED_BYTES) / bytesPerSecond) * 1000;
      const earlyMs = dueMs - performance.now();
      if (earlyMs < 1) return;
      socket.pause();
      setTimeout(() => socket.resume(), earlyMs);
    },
  };
};

const server = createServer({ noDelay: true }, (socket) => {
  const watch = createWatch();
  const brake = createBrake(socket);
  const read = createRequestReader({
    begin: () => {
      watch.begin();
      brake.begin();
    },
    body: (piece) => {
      if (isWatching) watch.body(piece);
      if (bytesPerSecond !== Infinity) brake.body(piece);
    },
    end: (bodyBytes) => {
      if (isWatching) watch.end();
      socket.write(answerTo(bodyBytes), "latin1");
    },
  });
  socket.on("data", read);
  socket.on("error", () => socket.destroy());
});

process.on("message", (order: MockOrder) => {
  bytesPerSecond = order.bytesPerSecond ?? Infinity;
  isWatching = order.watch ?? false;
  process.send?.(times);
  times = [];
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.send?.([]));
