import type { EarshotConfig } from "@earshot/config";
import { createMemoryBudget, openSpoolFolder } from "@earshot/proxy";
import type { FormSettings } from "@earshot/proxy";

/** How many processes share what the config grants to all uploads together; default 1. */
export interface FormShare {
  readonly workers?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** What the text of a form may have beside its longest field, by default: clips of known speakers. */
const OTHER_TEXT_KIB = 7168;

type Limits = Required<FormSettings["limits"]>;

/** The limits on one form that the config gives, with the defaults that its reference names. */
export function formLimits({ general }: Pick<EarshotConfig, "general">): Limits {
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

/** What one process needs to take uploads. Rejects when the spool folder cannot be written. */
export async function formSettings(
  config: Pick<EarshotConfig, "general">,
  { workers = 1 }: FormShare = {},
): Promise<FormSettings> {
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
