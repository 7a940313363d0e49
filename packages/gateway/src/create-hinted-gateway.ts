import type { EarshotConfig } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type { ProviderDefinition } from "@earshot/core";
import { BUILTIN_PLACE, isSet } from "./builtin-config.ts";
import { builtinProviders } from "./builtin-providers.ts";
import { createGateway } from "./create-gateway.ts";
import type { GatewayOptions } from "./create-gateway.ts";
import type { Gateway } from "./gateway.ts";
import { createProviderRegistry } from "./provider-registry.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const missingVariables = (
  definition: ProviderDefinition,
  environment: Environment,
): readonly string[] => {
  const { apiKey, baseUrl } = definition.environment;
  const needed = [
    ...(definition.requiresApiKey ? [apiKey] : []),
    ...(definition.requiresBaseUrl === true ? [baseUrl] : []),
  ];
  return needed.flatMap((names) => (isSet(environment, names) ? [] : names.slice(0, 1)));
};

const hintFor = (model: string, environment: Environment): string | undefined => {
  const definition = createProviderRegistry(builtinProviders).find(model.split("/")[0] ?? "");
  if (definition?.requiresApiKey !== true || !model.includes("/")) return undefined;
  const missing = missingVariables(definition, environment);
  return missing.length === 0
    ? undefined
    : `Set ${missing.join(" and ")} in the environment of Earshot to use ${definition.displayName}.`;
};

/**
 * `createGateway`, whose `model_not_found` under the built-in configuration also names the environment
 * variable that would bring the model. With a config file only the file brings models.
 */
export function createHintedGateway(config: EarshotConfig, options: GatewayOptions = {}): Gateway {
  const gateway = createGateway(config, options);
  if (config.deployments[0]?.location.file !== BUILTIN_PLACE) return gateway;
  const environment = options.environment ?? { ...process.env, ...config.environment };
  const hinted = (error: unknown, model: string): unknown => {
    if (!TranscriptionError.is(error) || error.code !== "model_not_found") return error;
    const hint = hintFor(model, environment);
    if (hint === undefined) return error;
    return new TranscriptionError(error.code, `${error.message} ${hint}`, {
      param: "model",
      cause: error,
    });
  };
  const hinting =
    <R extends { readonly model: string }, A>(run: (request: R) => Promise<A>) =>
    async (request: R): Promise<A> => {
      try {
        return await run(request);
      } catch (error) {
        throw hinted(error, request.model);
      }
    };
  return { ...gateway, transcribe: hinting(gateway.transcribe), stream: hinting(gateway.stream) };
}
