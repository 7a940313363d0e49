import { defaultSettings } from "@earshot/config";
import type { EarshotConfig } from "@earshot/config";
import { createMemoryBudget, openSpoolFolder } from "@earshot/proxy";
import type { FormSettings, ListenSettings, UndiciTransportSettings } from "@earshot/proxy";
import type { ListenAddress, ServeFlags } from "./serve-flags.ts";

type General = Pick<EarshotConfig, "general">;

const withDefaults = ({ general }: General) => ({ ...defaultSettings.general, ...general });

/**
 * Where a server with these flags and this config listens. Unless one of them names a host, that is
 * all addresses with a master key, and only this machine's own without one.
 */
export function addressFor(
  { host, port }: Partial<Pick<ServeFlags, "host" | "port">>,
  config: General,
): ListenAddress {
  const general = withDefaults(config);
  const usualHost = general.masterKey === undefined ? "127.0.0.1" : "0.0.0.0";
  return { host: host ?? general.host ?? usualHost, port: port ?? general.port };
}

// What the config grants to all processes together becomes the part of one of them.

const KIB = 1024;
const MIB = 1024 * KIB;

/** An even part, at least one. */
const partOf = (total: number, workers: number): number => Math.max(1, Math.floor(total / workers));

/** The limits on clients' connections for one of so many processes. */
export function connectionLimits(
  { general }: General,
  workers: number,
): NonNullable<ListenSettings["limits"]> {
  const { headerTimeoutMs, responseIdleTimeoutMs, maxHeaderSizeKb, maxConnections } = general;
  return {
    ...(headerTimeoutMs === undefined ? {} : { headerTimeoutMs }),
    ...(responseIdleTimeoutMs === undefined ? {} : { responseIdleTimeoutMs }),
    ...(maxHeaderSizeKb === undefined ? {} : { maxHeaderBytes: maxHeaderSizeKb * KIB }),
    ...(maxConnections === undefined ? {} : { maxConnections: partOf(maxConnections, workers) }),
  };
}

/** What the config says of connections to providers, for one of so many processes. */
export function upstreamSettings({ general }: General, workers: number): UndiciTransportSettings {
  const { maxUpstreamConnections, upstreamHttp2 } = general;
  return {
    ...(maxUpstreamConnections === undefined
      ? {}
      : { connections: partOf(maxUpstreamConnections, workers) }),
    ...(upstreamHttp2 === undefined ? {} : { http2: upstreamHttp2 }),
  };
}

/** What the text of a form may have beside its longest field, by default: clips of known speakers. */
const OTHER_TEXT_KIB = 7168;

/** The limits on one form that the config gives, with the defaults that its reference names. */
export function formLimits(config: General): Required<FormSettings["limits"]> {
  const general = withDefaults(config);
  return {
    maxBodyBytes: general.maxRequestSizeMb * MIB,
    maxFieldBytes: general.maxFieldSizeKb * KIB,
    maxTextBytes: (general.maxFormTextSizeKb ?? general.maxFieldSizeKb + OTHER_TEXT_KIB) * KIB,
    maxParts: general.maxFormParts,
    maxHeaderBytes: general.maxPartHeaderSizeKb * KIB,
    maxBoundaryLength: general.maxBoundaryLength,
    idleTimeoutMs: general.uploadIdleTimeoutMs,
    minBytesPerSecond: general.uploadMinBytesPerSecond,
  };
}

/** What one of so many processes needs to take uploads. Rejects when the spool folder cannot be written. */
export async function formSettings(config: General, workers: number): Promise<FormSettings> {
  const general = withDefaults(config);
  const limits = formLimits(config);
  const totalTextBytes = (general.totalFormTextMb * MIB) / workers;
  return {
    limits,
    memoryBytes: general.uploadMemoryMb * MIB,
    budget: createMemoryBudget((general.totalUploadMemoryMb * MIB) / workers),
    // A form that keeps its own limit must have room when it is alone.
    textBudget: createMemoryBudget(Math.max(totalTextBytes, limits.maxTextBytes)),
    spool: await openSpoolFolder(general.spoolDir),
  };
}
