import type { ProviderDefinition } from "@earshot/core";
import { defineProvider } from "@earshot/provider-kit";
import { checkDeployment } from "./check-deployment.ts";
import { BUILT_IN_CAPABILITIES } from "./local-capabilities.ts";
import { createLocalProvider, LOCAL_KIND } from "./local-provider.ts";
import { LOCAL_SETTINGS } from "./local-settings.ts";

/** Speech to text inside the process: no key, and no network once its model is there. */
export const localProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: LOCAL_KIND,
  displayName: "Local",
  documentationUrl: "https://k2-fsa.github.io/sherpa/onnx/",
  environment: { apiKey: [], baseUrl: [], settings: { model_dir: ["EARSHOT_MODEL_DIR"] } },
  requiresApiKey: false,
  capabilities: BUILT_IN_CAPABILITIES,
  options: {},
  settings: LOCAL_SETTINGS,
  create: (settings) => {
    checkDeployment(settings);
    return createLocalProvider(settings);
  },
});
