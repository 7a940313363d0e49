import { defaultSettings } from "@earshot/config";
import type { EarshotConfig, EmptyTranscriptPolicy } from "@earshot/config";
import { silentLogger, systemClock, TranscriptionError } from "@earshot/core";
import type {
  AttemptRecord,
  Clock,
  GatewayRequest,
  Logger,
  ProviderDefinition,
  Route,
  Transcript,
  Transport,
} from "@earshot/core";
import { createFetchTransport } from "@earshot/provider-kit";
import { attemptsOf, createRouter } from "@earshot/router";
import type {
  Attempt,
  Router,
  RouteRequest,
  RouteResult,
  RouterState,
  SlotShares,
} from "@earshot/router";
import { attemptStream, attemptTranscription, prepareCalls } from "./attempt-transcription.ts";
import type { AttemptEnvironment, PreparedCall, PreparedRequest } from "./attempt-transcription.ts";
import { withVariableHint } from "./builtin-config.ts";
import { builtinProviders } from "./builtin-providers.ts";
import { createDeployments } from "./create-deployments.ts";
import type { DeploymentTarget } from "./create-deployments.ts";
import type { Gateway } from "./gateway.ts";
import { createAudioLength, inspectAudio, measureForLimits } from "./inspect-audio.ts";
import { requireKnownOptions } from "./known-options.ts";
import { checkProviders, listModels } from "./models.ts";
import { createProviderRegistry } from "./provider-registry.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { closedError } from "./remote-inputs.ts";
import { toAsked } from "./to-asked.ts";

/** Everything that a gateway takes from outside; each has a default fit for Node. */
export interface GatewayOptions {
  /** Providers beside the built-in ones. */
  readonly providers?: readonly ProviderDefinition[] | undefined;
  /** Default: `process.env` merged with the config's `environment_variables`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: the platform's `fetch`. */
  readonly transport?: Transport | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
  readonly logger?: Logger | undefined;
  /** Default: in memory. */
  readonly state?: RouterState | undefined;
  /** For several processes that share `max_parallel_requests`; default: this one is alone. */
  readonly slotShares?: SlotShares | undefined;
  /** Called after every attempt, for logs and metrics. */
  readonly onAttempt?: ((record: AttemptRecord) => void) | undefined;
}

/** An answer together with the call that brought it. */
interface Answered<A> {
  readonly answer: A;
  readonly call: PreparedCall;
}

const routeOf = ({ value, deployment, ...result }: RouteResult<Answered<unknown>>): Route => ({
  deploymentId: deployment.id,
  group: deployment.group,
  model: value.call.model,
  providerKind: value.call.target.definition.kind,
  attempts: result.attempts,
  fallbackCount: result.fallbackCount,
});

/**
 * One request's view of the policy for empty transcripts: an empty one makes the router move on, and
 * is remembered in case nobody has a better one.
 */
const createEmptyGuard = (policy: EmptyTranscriptPolicy) => {
  let remembered: Answered<Transcript> | undefined;
  return {
    /** Throws `empty_transcript`. */
    check: (answered: Answered<Transcript>): Transcript => {
      if (answered.answer.text !== "" || policy === "return") return answered.answer;
      remembered ??= answered;
      const { id } = answered.call.target.deployment;
      throw new TranscriptionError("empty_transcript", `${id} heard no speech in the audio.`);
    },
    /** What stands for a failure: the remembered transcript. Throws the error where there is none. */
    instead: (error: unknown): RouteResult<Answered<Transcript>> => {
      if (remembered === undefined || policy === "error") throw error;
      if (TranscriptionError.is(error) && error.code === "aborted") throw error;
      const { deployment } = remembered.call.target;
      return { value: remembered, deployment, attempts: attemptsOf(error), fallbackCount: 0 };
    },
  };
};

const NEVER_ABORTED: AbortSignal = new AbortController().signal;

interface PreparationParts {
  readonly router: Router;
  readonly registry: ProviderRegistry;
  readonly targets: ReadonlyMap<string, DeploymentTarget>;
  readonly environment: AttemptEnvironment;
  readonly allowRemoteInputs: boolean;
}

/** What is done once for a request, before any attempt: its options checked, its audio looked at. */
const createPreparation =
  ({ router, registry, targets, environment, allowRemoteInputs }: PreparationParts) =>
  async (given: GatewayRequest, stream: boolean): Promise<PreparedRequest> => {
    const { model, signal = NEVER_ABORTED } = given;
    if (given.audio.type === "url" && !allowRemoteInputs) throw closedError("url");
    const candidates = router.deploymentsOf(model).flatMap(({ id }) => targets.get(id) ?? []);
    const isRelaxed = given.dropParams ?? candidates.some((target) => target.dropParams);
    if (!isRelaxed) requireKnownOptions(given, candidates, registry);
    const capabilities = candidates.map(({ deployment }) => deployment.capabilities);
    const audio =
      given.audio.type === "url"
        ? given.audio
        : await measureForLimits(await inspectAudio(given.audio), capabilities, signal);
    const audioLength = createAudioLength(audio, signal);
    return {
      given,
      asked: toAsked(given, audio, stream),
      signal,
      environment,
      audioLength,
      targets,
    };
  };

const toRouteRequest = (
  { given, asked, signal }: PreparedRequest,
  check: RouteRequest["check"],
): RouteRequest => {
  const { model: group, dropParams, fallbacks, disableFallbacks, tags, numRetries } = given;
  const limits = { numRetries, totalTimeoutMs: given.timeoutMs };
  return { group, asked, signal, check, dropParams, fallbacks, disableFallbacks, tags, ...limits };
};

const environmentOf = (options: GatewayOptions): AttemptEnvironment => ({
  clock: options.clock ?? systemClock,
  random: options.random ?? Math.random,
  transport: options.transport ?? createFetchTransport(),
  logger: options.logger ?? silentLogger,
});

/**
 * Builds a gateway from a config. Throws `ConfigError` with every problem of its deployments;
 * opens no connection and loads no model before the first request.
 */
export function createGateway(config: EarshotConfig, options: GatewayOptions = {}): Gateway {
  const settings = { ...defaultSettings.settings, ...config.settings };
  const { allowRemoteInputs, dropParams, emptyTranscript } = settings;
  const variables = options.environment ?? { ...process.env, ...config.environment };
  const environment = environmentOf(options);
  const { logger } = environment;
  const registry = createProviderRegistry([...builtinProviders, ...(options.providers ?? [])]);
  const sources = { registry, environment: variables, dropParams, allowRemoteInputs, logger };
  const deployments = createDeployments(config.deployments, sources);
  const targets = new Map(deployments.map((target) => [target.deployment.id, target]));
  const router = createRouter({
    deployments: deployments.map(({ deployment }) => deployment),
    settings: { ...defaultSettings.router, ...config.router },
    ...options,
    ...environment,
  });

  const parts = { router, registry, targets, environment, allowRemoteInputs };
  const prepare = createPreparation(parts);

  const run = async <A>(
    prepared: PreparedRequest,
    ask: (call: PreparedCall, attempt: Attempt) => Promise<A>,
  ): Promise<RouteResult<Answered<A>>> => {
    const calls = prepareCalls(prepared);
    try {
      return await router.run(toRouteRequest(prepared, calls.check), async (attempt) => {
        const call = calls.of(attempt);
        return { call, answer: await ask(call, attempt) };
      });
    } catch (error) {
      throw withVariableHint(error, {
        config,
        environment: variables,
        model: prepared.given.model,
      });
    }
  };

  return {
    async transcribe(request) {
      const prepared = await prepare(request, false);
      const empty = createEmptyGuard(emptyTranscript);
      const result = await run(prepared, async (call, attempt) =>
        empty.check({ call, answer: await attemptTranscription(prepared, call, attempt) }),
      ).catch(empty.instead);
      return { transcript: result.value.answer, route: routeOf(result) };
    },
    async stream(request) {
      const prepared = await prepare(request, true);
      const result = await run(prepared, (call, attempt) => attemptStream(prepared, call, attempt));
      return { events: result.value.answer, route: routeOf(result) };
    },
    models: () => listModels(router, targets),
    has: (model) => router.has(model),
    health: () => router.health(),
    checkProviders: (signal) => checkProviders(deployments, environment, signal),
    close: async () => {
      await Promise.all(deployments.map(async ({ provider }) => provider.close?.()));
    },
  };
}
