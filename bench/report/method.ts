/** For the page of benchmarks, in Markdown. */
export const HOW_IT_IS_MEASURED = `- Clients on kept-alive connections upload the same prebuilt forms of noise in a WAV file through each
  gateway to a mock provider that counts the bytes, throws them away and answers with their number;
  every answer is checked for it. Load, gateway and mock are a process each, on loopback, and all
  clients write from one buffer.
- A case is named after the size of the audio, the number of clients and the part of the form that
  comes first. The gateways take turns, round by round; a figure is the median of its rounds; the cases
  of 64 large uploads at once have at most three.
- The bare pipe is a gateway in Node that reads nothing and pipes both ways: the floor for what is
  written in Node. "× pipe" is the ratio of CPU times in the same round, and of those the median, because
  the speed of a machine drifts between rounds.
- "CPU" is user and system time of the gateway's processes, all threads and children, in nanoseconds as
  the scheduler counts them. "Peak" is the most resident memory, of several processes added up.
- Every gateway runs as one process: Earshot with \`--workers 1\`, nginx without a master, LiteLLM with one
  worker, without a database and telemetry. Portkey runs with the versions of its own lock file.
  LiteLLM gets a twentieth of the requests in the cases of 64 KiB and 1 MiB, Portkey half of them.
- A gateway that answers wrongly, or not within five minutes, gets a line that says so and is started
  anew.
`;

/** For the page of benchmarks, in Markdown. */
export const LIMITS_OF_THE_METHOD = `- Load, mock and gateway share the cores, so requests a second and latencies compare the gateways of one
  run with each other and say nothing about another machine. CPU time is the figure to go by.
- Loopback has no losses and next to no latency; TLS is not part of it.
- The mock answers at once. A real provider takes seconds, during which a gateway has nothing to do
  but hold a connection.
- Spooled audio that the kernel keeps in its page cache does not count as memory of the gateway, nor
  do the buffers of sockets. A spool folder in a file system that lives in memory takes memory too.
- The pipe and nginx read no form, check no key, choose no deployment and write no log; they show the
  price of moving the bytes, not of a gateway.
`;
