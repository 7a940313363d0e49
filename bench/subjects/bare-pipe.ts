// The floor: the least that a gateway in Node can do. Reads nothing, pipes both ways.
import { Agent, createServer, request } from "node:http";

const [listenPort, upstreamPort] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

const server = createServer({ keepAliveTimeout: 600_000 }, (incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const options = { host: "127.0.0.1", port: upstreamPort, agent, method, path: url, headers };
  const upstream = request(options, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.once("error", () => outgoing.destroy());
  incoming.pipe(upstream);
});
server.listen(Number(listenPort), "127.0.0.1");
