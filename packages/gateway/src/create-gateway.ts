import type { EarshotConfig } from "@earshot/config";
import { silentLogger, systemClock } from "@earshot/core";
import type { Clock, Logger, ProviderDefinition, Transport } from "@earshot/core";
import { createFetchTransport } from "@earshot/provider-kit";
import { createRouter, defaultRouterSettings } from "@earshot/router";
import type {
  Attempt,
  AttemptRecord,
  Deployment,
  RouteRequest,
  RouteResult,
  Router,
  RouterState,
  SlotShares,
} from "@earshot/router";
import { attemptStream, attemptTranscription, modelOf } from "./attempt-transcription.ts";
import type { AttemptEnvironment, AttemptInputs } from "./attempt-transcription.ts";
import { builtinProviders } from "./builtin-providers.ts";
import { checkProviders } from "./check-providers.ts";
import { createDeployments } from "./create-deployments.ts";
import type { DeploymentTarget } from "./deployment-target.ts";
import { createEmptyTranscriptGuard } from "./empty-transcript.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Gateway, Route, StreamOutcome, TranscriptionOutcome } from "./gateway.ts";
import { inspectAudio } from "./inspect-audio.ts";
import { requireKnownOptions } from "./known-options.ts";
import { createAudioLength, measureForLimits } from "./measure-duration.ts";
import { listModels } from "./models.ts";
import { createProviderRegistry } from "./provider-registry.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { closedError } from "./remote-inputs.ts";
import { toRouteRequest } from "./to-route-request.ts";

/** Everything that a gateway takes from outside; each has a default fit for Node. */
export interface GatewayOptions {
  /** Providers beside the built-in ones. */
  readonly providers?: readonly ProviderDefinition[] | undefined;
  /** Default: `process.env` merged with the config's `environment_variables`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: the platform's `fetch`. */
  readonly transport?: Transport | undefined;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly logger?: Logger;
  /** Default: in memory. */
  readonly state?: RouterState;
  /** For several processes that share `max_parallel_requests`; default: this one is alone. */
  readonly slotShares?: SlotShares;
  /** Called after every attempt, for logs and metrics. */
  readonly onAttempt?: (record: AttemptRecord) => void;
}

type GatewayRouter = Router<DeploymentTarget>;

const createGatewayRouter = (
  deployments: readonly Deployment<DeploymentTarget>[],
  config: EarshotConfig,
  options: GatewayOptions & { readonly clock: Clock; readonly random: () => number },
): GatewayRouter =>
  createRouter({
    deployments,
    settings: { ...defaultRouterSettings, ...config.router },
    clock: options.clock,
    random: options.random,
    ...(options.state === undefined ? {} : { state: options.state }),
    ...(options.slotShares === undefined ? {} : { slotShares: options.slotShares }),
    ...(options.onAttempt === undefined ? {} : { onAttempt: options.onAttempt }),
  });

interface PreparedRequest {
  readonly route: RouteRequest;
  /** The same for every attempt. */
  readonly inputs: Omit<AttemptInputs, "attempt">;
}

/** An answer together with the attempt that brought it. */
export interface Answered<A> {
  readonly answer: A;
  readonly attempt: Attempt<DeploymentTarget>;
}

const routeOf = ({ value, attempts, fallbackCount }: RouteResult<Answered<unknown>>): Route => {
  const { deployment } = value.attempt;
  return {
    deploymentId: deployment.id,
    group: deployment.group,
    model: modelOf(value.attempt),
    providerKind: deployment.target.definition.kind,
    attempts,
    fallbackCount,
  };
};

/** The request with its audio recognised and, where a limit depends on it, measured. */
const withInspectedAudio = async (
  asked: GatewayRequest,
  candidates: readonly Deployment<DeploymentTarget>[],
  signal: AbortSignal,
): Promise<GatewayRequest> => {
  if (asked.audio.type === "url") return asked;
  const audio = await inspectAudio(asked.audio);
  const capabilities = candidates.map((deployment) => deployment.capabilities);
  return { ...asked, audio: await measureForLimits(audio, capabilities, signal) };
};

const NEVER_ABORTED: AbortSignal = new AbortController().signal;

interface PreparationParts {
  readonly router: GatewayRouter;
  readonly registry: ProviderRegistry;
  readonly environment: AttemptEnvironment;
  readonly allowRemoteInputs: boolean;
}

/** What is done once for a request, before any attempt: its options checked, its audio looked at. */
const createPreparation =
  ({ router, registry, environment, allowRemoteInputs }: PreparationParts) =>
  async (asked: GatewayRequest, stream: boolean): Promise<PreparedRequest> => {
    if (asked.audio.type === "url" && !allowRemoteInputs) throw closedError("url");
    const signal = asked.signal ?? NEVER_ABORTED;
    const candidates = router.deploymentsOf(asked.model);
    const relax = asked.dropParams ?? candidates.some(({ target }) => target.dropParams);
    if (!relax) requireKnownOptions(asked, candidates, registry);
    const inspected = await withInspectedAudio(asked, candidates, signal);
    const audioLength = createAudioLength(inspected.audio, signal);
    return {
      route: toRouteRequest(inspected, { stream, relax, signal }),
      inputs: { asked: inspected, stream, environment, audioLength },
    };
  };

/**
 * Builds a gateway from a config. Throws `ConfigError` with every problem of its deployments;
 * opens no connection and loads no model before the first request.
 */
export function createGateway(config: EarshotConfig, options: GatewayOptions = {}): Gateway {
  const logger = options.logger ?? silentLogger;
  const environment: AttemptEnvironment = {
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    transport: options.transport ?? createFetchTransport(),
    logger,
  };
  const { allowRemoteInputs = false } = config.settings;
  const registry = createProviderRegistry([...builtinProviders, ...(options.providers ?? [])]);
  const deployments = createDeployments(config.deployments, {
    registry,
    environment: options.environment ?? { ...process.env, ...config.environment },
    dropParams: config.settings.dropParams,
    allowRemoteInputs,
    logger,
  });
  const router = createGatewayRouter(deployments, config, { ...options, ...environment });

  const prepare = createPreparation({ router, registry, environment, allowRemoteInputs });

  const transcribe = async (request: GatewayRequest): Promise<TranscriptionOutcome> => {
    const { inputs, route } = await prepare(request, false);
    const policy = createEmptyTranscriptGuard(config.settings.emptyTranscript ?? "return");
    const run = router.run(route, async (attempt) => {
      const answer = await attemptTranscription({ ...inputs, attempt });
      return policy.check({ answer, attempt });
    });
    const result = await policy.guard(run);
    return { transcript: result.value.answer, route: routeOf(result) };
  };

  const stream = async (request: GatewayRequest): Promise<StreamOutcome> => {
    const { inputs, route } = await prepare(request, true);
    const result = await router.run(route, async (attempt) => ({
      answer: await attemptStream({ ...inputs, attempt }),
      attempt,
    }));
    return { events: result.value.answer, route: routeOf(result) };
  };

  return {
    transcribe,
    stream,
    models: () => listModels(router),
    has: (model) => router.has(model),
    health: () => router.health(),
    checkProviders: (signal) => checkProviders(deployments, environment, signal),
    close: async () => {
      await Promise.all(deployments.map(async ({ target }) => target.provider.close?.()));
    },
  };
}
