import type { LookupAddress, LookupOptions } from "node:dns";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { LookupFunction } from "node:net";
import { silentLogger } from "@earshot/core";
import { expect, test, vi } from "vitest";
import { createCachedLookup } from "./cached-lookup.ts";
import type { ResolveAddresses } from "./cached-lookup.ts";

const V4: LookupAddress = { address: "192.0.2.1", family: 4 };
const V6: LookupAddress = { address: "2001:db8::1", family: 6 };

const ask = (
  lookupName: LookupFunction,
  hostname: string,
  options: LookupOptions = { all: true },
) =>
  new Promise<unknown>((resolve, reject) => {
    lookupName(hostname, options, (error, address, family) => {
      if (error === null) resolve(family === undefined ? address : { address, family });
      else reject(error);
    });
  });

const failure = (code: string): Error => Object.assign(new Error(code), { code });

const create = (resolveFirst: ResolveAddresses = () => Promise.resolve([V6, V4])) => {
  const time = { nowMs: 1_000_000 };
  const resolve = vi.fn<ResolveAddresses>(resolveFirst);
  const warn = vi.fn<(fields: Readonly<Record<string, unknown>>, message: string) => void>();
  const lookupName = createCachedLookup({
    resolve,
    clock: { now: () => time.nowMs },
    logger: { ...silentLogger, warn },
  });
  return { time, resolve, warn, lookupName };
};

test("an answer holds for a minute", async () => {
  const { time, resolve, lookupName } = create();
  await ask(lookupName, "api.example.com");
  time.nowMs += 59_999;
  await expect(ask(lookupName, "api.example.com")).resolves.toEqual([V6, V4]);
  expect(resolve).toHaveBeenCalledTimes(1);
  time.nowMs += 1;
  resolve.mockResolvedValueOnce([V4]);
  await expect(ask(lookupName, "api.example.com")).resolves.toEqual([V4]);
  expect(resolve).toHaveBeenCalledTimes(2);
});

test("without `all` the first address is passed on, from the same answer", async () => {
  const { resolve, lookupName } = create();
  await ask(lookupName, "api.example.com");
  await expect(ask(lookupName, "api.example.com", {})).resolves.toEqual(V6);
  expect(resolve).toHaveBeenCalledTimes(1);
});

test("other names and other options are other questions", async () => {
  const { resolve, lookupName } = create();
  await ask(lookupName, "api.example.com");
  await ask(lookupName, "eu.example.com");
  await ask(lookupName, "api.example.com", { all: true, family: 4 });
  expect(resolve.mock.calls.map(([hostname, { family }]) => [hostname, family])).toEqual([
    ["api.example.com", undefined],
    ["eu.example.com", undefined],
    ["api.example.com", 4],
  ]);
});

test("those who ask at the same time share one look-up", async () => {
  const { resolve, lookupName } = create();
  const answers = await Promise.all([1, 2, 3].map(() => ask(lookupName, "api.example.com")));
  expect(answers).toEqual([
    [V6, V4],
    [V6, V4],
    [V6, V4],
  ]);
  expect(resolve).toHaveBeenCalledTimes(1);
});

test("a caller that changes its list changes nobody else's", async () => {
  const { lookupName } = create();
  const first = await ask(lookupName, "api.example.com");
  if (Array.isArray(first)) first.length = 0;
  await expect(ask(lookupName, "api.example.com")).resolves.toEqual([V6, V4]);
});

test("a failure is not remembered", async () => {
  const { resolve, lookupName, warn } = create();
  resolve.mockRejectedValueOnce(failure("EAI_AGAIN"));
  await expect(ask(lookupName, "api.example.com")).rejects.toMatchObject({ code: "EAI_AGAIN" });
  await expect(ask(lookupName, "api.example.com")).resolves.toEqual([V6, V4]);
  expect(warn).not.toHaveBeenCalled();
});

test("no address at all is a failure", async () => {
  const { lookupName } = create(() => Promise.resolve([]));
  await expect(ask(lookupName, "api.example.com", {})).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("while the system cannot answer the expired answer is used, and it is asked each time", async () => {
  const { time, resolve, lookupName, warn } = create();
  await ask(lookupName, "api.example.com");
  time.nowMs += 60_000;
  resolve.mockRejectedValueOnce(failure("EAI_AGAIN"));
  await expect(ask(lookupName, "api.example.com")).resolves.toEqual([V6, V4]);
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    { hostname: "api.example.com", code: "EAI_AGAIN" },
    "The name could not be looked up; its former address is used.",
  );
  resolve.mockResolvedValueOnce([V4]);
  await expect(ask(lookupName, "api.example.com")).resolves.toEqual([V4]);
});

test("a name that is gone is not kept alive", async () => {
  const { time, resolve, lookupName } = create();
  await ask(lookupName, "api.example.com");
  time.nowMs += 60_000;
  resolve.mockRejectedValueOnce(failure("ENOTFOUND"));
  await expect(ask(lookupName, "api.example.com")).rejects.toMatchObject({ code: "ENOTFOUND" });
  resolve.mockRejectedValueOnce(failure("EAI_AGAIN"));
  await expect(ask(lookupName, "api.example.com")).rejects.toMatchObject({ code: "EAI_AGAIN" });
});

test.each([
  ["127.0.0.1", 4],
  ["::1", 6],
])("the address %s is not looked up", async (address, family) => {
  const { resolve, lookupName } = create();
  await expect(ask(lookupName, address)).resolves.toEqual([{ address, family }]);
  expect(resolve).not.toHaveBeenCalled();
});

test("of more than 1000 names the oldest is forgotten", async () => {
  const { resolve, lookupName } = create();
  for (let index = 0; index <= 1000; index += 1) await ask(lookupName, `n${index}.example.com`);
  await ask(lookupName, "n1.example.com");
  expect(resolve).toHaveBeenCalledTimes(1001);
  await ask(lookupName, "n0.example.com");
  expect(resolve).toHaveBeenCalledTimes(1002);
});

test("two connections to localhost cost one look-up", async () => {
  const resolve = vi.fn<ResolveAddresses>((hostname, options) =>
    lookup(hostname, { ...options, all: true }),
  );
  const lookupName = createCachedLookup({ resolve });
  const server = createServer((socket) => socket.end("hello")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  for (const _ of [1, 2]) {
    const socket = connect({ host: "localhost", port, lookup: lookupName });
    const [greeting] = await once(socket, "data");
    expect(String(greeting)).toBe("hello");
    socket.destroy();
  }
  server.close();
  expect(resolve).toHaveBeenCalledTimes(1);
});
