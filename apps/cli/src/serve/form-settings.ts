import type { EarshotConfig } from "@earshot/config";
import { createMemoryBudget, openSpoolFolder } from "@earshot/proxy";
import type { FormSettings } from "@earshot/proxy";

/** How many processes share what the config grants to all uploads together; default 1. */
export interface FormShare {
  readonly workers?: number;
}

const MIB = 1024 * 1024;

/** The limits on uploads in one process. Rejects when the spool folder cannot be written. */
export async function formSettings(
  { general }: EarshotConfig,
  { workers = 1 }: FormShare = {},
): Promise<FormSettings> {
  return {
    limits: {
      maxBodyBytes: (general.maxRequestSizeMb ?? 2048) * MIB,
      maxFieldBytes: MIB,
      maxParts: 1000,
      maxHeaderBytes: 16 * 1024,
      maxBoundaryLength: 256,
      idleTimeoutMs: 60_000,
    },
    memoryBytes: (general.uploadMemoryMb ?? 2) * MIB,
    budget: createMemoryBudget(((general.totalUploadMemoryMb ?? 64) * MIB) / workers),
    spool: await openSpoolFolder(general.spoolDir),
  };
}
