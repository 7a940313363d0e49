import type { DeploymentConfig } from "@earshot/config";
import { RESPONSE_FORMATS, silentLogger } from "@earshot/core";
import type { Transport } from "@earshot/core";
import { builtinConfig, createGateway, LOCAL_MODEL } from "@earshot/gateway";
import type { Gateway } from "@earshot/gateway";
import { createUndiciTransport } from "@earshot/proxy";
import { UsageError } from "../command-failure.ts";
import type { Environment } from "../command-io.ts";
import { loadGateway } from "../load-gateway.ts";
import type { LoadedGateway } from "../load-gateway.ts";

export interface GatewayChoice {
  readonly model: string | undefined;
  readonly config: string | undefined;
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
}

/** The gateway that transcribes, and the model that was chosen. */
export interface OpenGateway {
  readonly gateway: Gateway;
  readonly model: string;
  /** The deployments behind the model. */
  readonly deployments: readonly DeploymentConfig[];
  close(): Promise<void>;
}

/** The server has its own idea of how long is too long. */
const PATIENT_MS = 24 * 60 * 60 * 1000;
const REMOTE_MODEL = "whisper";

const chooseModel = (gateway: Gateway, model: string | undefined): string => {
  const known = gateway.models().map(({ id }) => id);
  const [only, ...others] = known;
  if (model === undefined) {
    if (only !== undefined && others.length === 0) return only;
    throw new UsageError(
      `the config has several models: choose one with --model: ${known.join(", ")}.`,
    );
  }
  if (gateway.has(model)) return model;
  throw new UsageError(`there is no model '${model}', only ${known.join(", ")}.`, {
    word: model,
    known,
  });
};

/** `http://host:8000` and `http://host:8000/v1/` are the same server. */
const baseUrlOf = (url: string): string => {
  if (!/^https?:\/\//u.test(url) || !URL.canParse(url))
    throw new UsageError(`--url takes an address such as http://127.0.0.1:8000, not '${url}'.`);
  const root = url.replace(/\/+$/u, "").replace(/\/audio\/(?:transcriptions|translations)$/u, "");
  return `${root.replace(/\/v1$/u, "")}/v1`;
};

/** A running server is just one more provider. */
const remoteDeployment = (choice: GatewayChoice & { readonly url: string }): DeploymentConfig => {
  const model = choice.model ?? REMOTE_MODEL;
  return {
    group: model,
    model,
    customProvider: "openai_compatible",
    apiBase: baseUrlOf(choice.url),
    ...(choice.apiKey === undefined ? {} : { apiKey: choice.apiKey }),
    timeoutMs: PATIENT_MS,
    tags: [],
    extraHeaders: {},
    extra: { formats: [...RESPONSE_FORMATS] },
    modelInfo: { extra: {} },
    location: { file: "the command line", line: 0, column: 0, path: "--url" },
  };
};

const loadChosen = async (
  choice: GatewayChoice,
  environment: Environment,
  transport: Transport,
): Promise<Pick<LoadedGateway, "config" | "gateway">> => {
  const { url, config: configPath } = choice;
  if (url !== undefined && configPath !== undefined)
    throw new UsageError("use either --url or --config.");
  if (url === undefined) {
    const openTransport = (): Transport => transport;
    return loadGateway({ configPath, environment, logger: silentLogger, openTransport });
  }
  const config = { ...builtinConfig({}), deployments: [remoteDeployment({ ...choice, url })] };
  return { config, gateway: createGateway(config, { environment, transport }) };
};

/** Opens what `--config`, `--url` or neither asks for. Throws `UsageError` for an unknown model. */
export async function openGateway(
  choice: GatewayChoice,
  environment: Environment,
): Promise<OpenGateway> {
  const transport = createUndiciTransport();
  const { config, gateway } = await loadChosen(choice, environment, transport.send);
  const usual = choice.config === undefined && choice.url === undefined ? LOCAL_MODEL : undefined;
  const model = chooseModel(gateway, choice.model ?? usual);
  return {
    gateway,
    model,
    deployments: config.deployments.filter(({ group }) => group === model),
    close: async () => {
      await gateway.close();
      await transport.close();
    },
  };
}
