import { builtinProviders } from "@earshot/gateway";
import type { CommandIo } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import { textTable } from "../text-table.ts";
import { PROVIDER_COLUMNS, providerJson, providerRow } from "./describe-provider.ts";

const FOOTNOTE = `
"some" means some of a provider's models; "estimated" word times are computed from the text.
Every provider answers in every format of its line, streaming included: what it does not do itself,
Earshot makes of it. Other providers are packages, named under earshot_settings.providers.
`;

/** Runs `earshot providers`. */
export async function runProviders(
  { json }: { readonly json: boolean },
  { stdout, environment }: CommandIo,
): Promise<number> {
  if (json) {
    const all = builtinProviders.map((definition) => providerJson(definition, environment));
    stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
    return EXIT.ok;
  }
  const rows = builtinProviders.map((definition) => providerRow(definition, environment));
  stdout.write(textTable([PROVIDER_COLUMNS, ...rows]) + FOOTNOTE);
  return EXIT.ok;
}
