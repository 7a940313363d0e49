// A provider that costs as little as possible: throws the upload away and answers with one line.
import { createServer } from "node:http";

const ANSWER = Buffer.from('{"text":"The quick brown fox jumps over the lazy dog."}');
const HEADERS = { "content-type": "application/json", "content-length": String(ANSWER.length) };

const server = createServer({ keepAliveTimeout: 600_000 }, (incoming, outgoing) => {
  incoming.resume().once("end", () => outgoing.writeHead(200, HEADERS).end(ANSWER));
});
server.listen(Number(process.argv[2]), "127.0.0.1");
