import type { ProviderDefinition } from "@earshot/core";
import { assemblyaiProvider } from "@earshot/provider-assemblyai";
import { azureProvider } from "@earshot/provider-azure";
import { deepgramProvider } from "@earshot/provider-deepgram";
import { elevenlabsProvider } from "@earshot/provider-elevenlabs";
import { fireworksProvider } from "@earshot/provider-fireworks";
import { groqProvider } from "@earshot/provider-groq";
import { localProvider } from "@earshot/provider-local";
import { mistralProvider } from "@earshot/provider-mistral";
import { openaiProvider } from "@earshot/provider-openai";
import { openaiCompatibleProvider } from "@earshot/provider-openai-compatible";

/** The providers that come with the gateway; every other one is a package named in the config. */
export const builtinProviders: readonly ProviderDefinition[] = [
  openaiProvider,
  azureProvider,
  groqProvider,
  fireworksProvider,
  deepgramProvider,
  elevenlabsProvider,
  assemblyaiProvider,
  mistralProvider,
  openaiCompatibleProvider,
  localProvider,
];
