import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "@earshot/config";
import { silentLogger } from "@earshot/core";
import type { Logger, ProviderDefinition } from "@earshot/core";
import { createGateway, createKnownParams } from "@earshot/gateway";
import type { Gateway } from "@earshot/gateway";
import {
  createMemoryBudget,
  createUndiciTransport,
  openSpoolFolder,
  startProxy,
} from "../src/index.ts";
import type { FormLimits, ListenSettings, MemoryBudget } from "../src/index.ts";

export interface TestProxySettings {
  /** The text of a config.yaml. */
  readonly config: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Beside the built-in ones. */
  readonly providers?: readonly ProviderDefinition[];
  readonly limits?: Partial<FormLimits>;
  readonly connections?: ListenSettings["limits"];
  /** Where it listens; by default where only this machine reaches it. */
  readonly host?: string;
  /** Bytes of one upload in memory; 0 sends every upload to disk. */
  readonly memoryBytes?: number;
  /** What the text fields of all requests together may take. */
  readonly totalTextBytes?: number;
  readonly random?: () => number;
  readonly logger?: Logger;
}

/** A real proxy on a real socket, and what a test wants to look at. */
export interface TestProxy extends AsyncDisposable {
  readonly url: string;
  readonly server: Server;
  readonly gateway: Gateway;
  readonly budget: MemoryBudget;
  readonly textBudget: MemoryBudget;
  readonly spoolFolder: string;
}

const MIB = 1024 * 1024;

/** Starts a proxy from the text of a config, as `earshot --config` does. */
export async function startTestProxy(settings: TestProxySettings): Promise<TestProxy> {
  const { config } = readConfig({
    text: settings.config,
    fileName: "config.yaml",
    environment: settings.environment ?? {},
    knownParams: createKnownParams(settings.providers),
  });
  const transport = createUndiciTransport();
  const logger = settings.logger ?? silentLogger;
  const gateway = createGateway(config, {
    environment: settings.environment ?? {},
    transport: transport.send,
    logger,
    providers: settings.providers ?? [],
    ...(settings.random === undefined ? {} : { random: settings.random }),
  });
  const folder = mkdtempSync(join(tmpdir(), "earshot-proxy-test-"));
  const budget = createMemoryBudget(64 * MIB);
  const textBudget = createMemoryBudget(settings.totalTextBytes ?? 64 * MIB);
  const proxy = await startProxy(
    {
      gateway,
      form: {
        limits: {
          maxBodyBytes: 64 * MIB,
          maxFieldBytes: MIB,
          maxTextBytes: 8 * MIB,
          maxParts: 1000,
          maxHeaderBytes: 16 * 1024,
          maxBoundaryLength: 256,
          idleTimeoutMs: 10_000,
          minBytesPerSecond: 0,
          ...settings.limits,
        },
        memoryBytes: settings.memoryBytes ?? 2 * MIB,
        budget,
        textBudget,
        spool: await openSpoolFolder(folder),
      },
      masterKey: config.general.masterKey,
      allowedOrigins: config.general.allowedOrigins,
      logger,
    },
    { host: settings.host ?? "127.0.0.1", port: 0, limits: settings.connections ?? {} },
  );
  return {
    url: proxy.url,
    server: proxy.server,
    gateway,
    budget,
    textBudget,
    spoolFolder: folder,
    [Symbol.asyncDispose]: async () => {
      await proxy.close(0);
      await gateway.close();
      await transport.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One second of a tone as 16-bit WAV, with bytes that differ for each seed. */
export function toneWav(seed = 1, seconds = 1): Buffer {
  const samples = Math.round(16_000 * seconds);
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(16_000, 24);
  wav.writeUInt32LE(32_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++)
    wav.writeInt16LE(Math.round(8000 * Math.sin((index * (seed + 5)) / 20)), 44 + index * 2);
  return wav;
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

export interface FormOptions {
  readonly audio?: Uint8Array;
  readonly fileName?: string;
  /** Puts the file before the fields, as most clients do. */
  readonly fileFirst?: boolean;
}

/** A form as browsers build it. A field may repeat. */
export function makeForm(
  fields: readonly (readonly [string, string])[],
  options: FormOptions = {},
): FormData {
  const form = new FormData();
  const file = new File(
    [new Uint8Array(options.audio ?? toneWav())],
    options.fileName ?? "talk.wav",
    {
      type: "audio/wav",
    },
  );
  if (options.fileFirst !== false) form.append("file", file);
  for (const [name, value] of fields) form.append(name, value);
  if (options.fileFirst === false) form.append("file", file);
  return form;
}

const audioFolder = new URL("../../../../shared/audio/", import.meta.url);

/** Real speech from beside the repository; undefined when it is not there. */
export function readSpeech(name: string): Buffer | undefined {
  try {
    return readFileSync(new URL(name, audioFolder));
  } catch {
    return undefined;
  }
}
