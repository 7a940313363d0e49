import type { EarshotConfig } from "@earshot/config";
import { createMemoryBudget, openSpoolFolder } from "@earshot/proxy";
import type { FormSettings, ListenSettings, UndiciTransportSettings } from "@earshot/proxy";

// What the config grants to all processes together becomes the part of one of them.

type General = Pick<EarshotConfig, "general">;

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
export function formLimits({ general }: General): Required<FormSettings["limits"]> {
  const { maxFieldSizeKb = 1024 } = general;
  return {
    maxBodyBytes: (general.maxRequestSizeMb ?? 2048) * MIB,
    maxFieldBytes: maxFieldSizeKb * KIB,
    maxTextBytes: (general.maxFormTextSizeKb ?? maxFieldSizeKb + OTHER_TEXT_KIB) * KIB,
    maxParts: general.maxFormParts ?? 1000,
    maxHeaderBytes: (general.maxPartHeaderSizeKb ?? 16) * KIB,
    maxBoundaryLength: general.maxBoundaryLength ?? 256,
    idleTimeoutMs: general.uploadIdleTimeoutMs ?? 60_000,
    minBytesPerSecond: general.uploadMinBytesPerSecond ?? 100,
  };
}

/** What one of so many processes needs to take uploads. Rejects when the spool folder cannot be written. */
export async function formSettings(config: General, workers: number): Promise<FormSettings> {
  const { general } = config;
  const limits = formLimits(config);
  const totalTextBytes = ((general.totalFormTextMb ?? 64) * MIB) / workers;
  return {
    limits,
    memoryBytes: (general.uploadMemoryMb ?? 2) * MIB,
    budget: createMemoryBudget(((general.totalUploadMemoryMb ?? 32) * MIB) / workers),
    // A form that keeps its own limit must have room when it is alone.
    textBudget: createMemoryBudget(Math.max(totalTextBytes, limits.maxTextBytes)),
    spool: await openSpoolFolder(general.spoolDir),
  };
}
