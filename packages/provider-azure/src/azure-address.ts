import type { ProviderSettings, TranscriptionError } from "@earshot/core";
import { asString, requireBaseUrl, settingError } from "@earshot/provider-kit";

/** The two ways to name a deployment: in the URL (`classic`), or in the form field `model` (`v1`). */
export const AZURE_DIALECTS = ["classic", "v1"] as const;

export type AzureDialect = (typeof AZURE_DIALECTS)[number];

/** Where calls go in one dialect. */
export interface AzureAddress {
  readonly dialect: AzureDialect;
  /** Everything in front of `/openai`. */
  readonly resourceUrl: string;
  /** The deployment that the base URL names; otherwise the request's model is the deployment. */
  readonly deployment: string | undefined;
  /** Mandatory in the classic dialect. */
  readonly apiVersion: string | undefined;
}

/** How to address a resource, and how else when its deployment is not found that way. */
export interface AzureRoute {
  readonly first: AzureAddress;
  /** Undefined when the settings decide for one dialect. */
  readonly second: AzureAddress | undefined;
}

const KIND = "azure";

/** The newest general version, used when nobody named one and only the classic route knows a deployment. */
const CLASSIC_VERSION = "2024-10-21";

const refuse = (setting: string, problem: string, remedy: string): TranscriptionError =>
  settingError(KIND, setting, { problem, remedy });

/** In the config it is called otherwise than in code, and the error's `param` is the config's name. */
const refuseVersion = (problem: string, remedy: string): TranscriptionError =>
  refuse("apiVersion", problem, remedy).with({ param: "api_version" });

interface BaseUrl {
  readonly resourceUrl: string;
  readonly deployment: string | undefined;
  /** Undefined when the URL leaves it open. */
  readonly dialect: AzureDialect | undefined;
  readonly apiVersion: string | undefined;
  /** What else stands behind its question mark, such as a gateway's subscription. */
  readonly query: string;
}

/** People paste the bare resource, the deployment's URL, or the whole target URI of the portal. */
const readBaseUrl = (text: string): BaseUrl => {
  const url = new URL(text);
  const path = url.pathname.replace(/\/+$/u, "");
  const apiVersion = url.searchParams.get("api-version") ?? undefined;
  const [, before = "", v1, deployment] =
    /^(.*?)\/openai(?:\/(v1)(?:\/.*)?|\/deployments\/([^/]+)(?:\/.*)?)?$/u.exec(path) ?? [];
  url.searchParams.delete("api-version");
  const isResource = v1 === undefined && deployment === undefined;
  return {
    resourceUrl: `${url.origin}${/\/openai(?:\/|$)/u.test(path) ? before : path}`,
    deployment: deployment === undefined ? undefined : decodeURIComponent(deployment),
    dialect: isResource ? undefined : v1 === undefined ? "classic" : "v1",
    apiVersion,
    query: url.search,
  };
};

const isDated = (version: string): boolean => /^\d{4}-\d{2}-\d{2}/u.test(version);

const checkVersion = (version: string | undefined): void => {
  if (version === undefined || /^[a-z0-9][\w.-]*$/iu.test(version)) return;
  throw refuseVersion(
    "Azure's versions are one word of letters, digits and hyphens.",
    "Write `api_version: 2024-10-21`, or leave it out.",
  );
};

const readDialect = (value: unknown): AzureDialect | undefined => {
  const name = asString(value);
  if (name === undefined) return undefined;
  const dialect = AZURE_DIALECTS.find((known) => known === name);
  if (dialect !== undefined) return dialect;
  throw refuse(
    "azure_dialect",
    `\`azure_dialect\` is not '${name}'.`,
    "Write `classic` or `v1`, or leave it out.",
  );
};

/** The classic route without a version answers 404, which tells nobody what is missing. */
const requireVersion = (version: string | undefined): void => {
  if (version === undefined)
    throw refuseVersion(
      "Azure's classic URLs (/openai/deployments/…) need a version.",
      "Write `api_version: 2024-10-21` (2025-04-01-preview for gpt-4o-transcribe) under " +
        "`litellm_params`, set AZURE_API_VERSION, or write `azure_dialect: v1`.",
    );
  if (!isDated(version))
    throw refuseVersion(
      `Azure's classic URLs need a dated \`api_version\`, not '${version}'.`,
      "Write one such as 2024-10-21.",
    );
};

/** The dialect that the settings leave no doubt about; undefined when they do. */
const decide = (named: AzureDialect | undefined, base: BaseUrl): AzureDialect | undefined => {
  if (named !== undefined && base.dialect !== undefined && named !== base.dialect)
    throw refuse(
      "azure_dialect",
      `\`azure_dialect: ${named}\` contradicts \`api_base\`, whose path is that of ${base.dialect}.`,
      "Change one of them, or leave `azure_dialect` out.",
    );
  return named ?? base.dialect;
};

const addressesOf = (
  { resourceUrl: root, deployment, query }: BaseUrl,
  version: string | undefined,
): Readonly<Record<AzureDialect, AzureAddress>> => {
  const resourceUrl = `${root}${query}`;
  const dated = version !== undefined && isDated(version);
  const classicVersion = dated ? version : CLASSIC_VERSION;
  // The v1 route knows no dated versions.
  const v1Version = dated ? undefined : version;
  return {
    classic: { dialect: "classic", resourceUrl, deployment, apiVersion: classicVersion },
    v1: { dialect: "v1", resourceUrl, deployment: undefined, apiVersion: v1Version },
  };
};

/**
 * A deployment's name as one step of a path. Throws `invalid_request` for a name that would lead to
 * another path: such names come from clients where the config has a wildcard.
 */
export function toPathStep(deployment: string): string {
  const step = encodeURIComponent(deployment.toWellFormed());
  if (step !== "" && step !== "." && step !== "..") return step;
  throw refuse(
    "model",
    "No deployment of Azure can have this name.",
    "Name one of the resource's deployments.",
  );
}

/**
 * Decides how to address a resource. Throws `invalid_request` for a missing or contradictory base
 * URL, version or dialect, and says what to write.
 */
export function toAzureRoute(settings: ProviderSettings): AzureRoute {
  const base = readBaseUrl(requireBaseUrl(KIND, settings.baseUrl));
  const given = settings.apiVersion?.trim() ?? "";
  const version = given === "" ? base.apiVersion : given;
  checkVersion(version);
  const { classic, v1 } = addressesOf(base, version);
  const decided = decide(readDialect(settings.extra?.["azure_dialect"]), base);
  if (decided === "v1") return { first: v1, second: undefined };
  if (decided === "classic") {
    requireVersion(version);
    return { first: classic, second: undefined };
  }
  const dated = version !== undefined && isDated(version);
  return dated ? { first: classic, second: v1 } : { first: v1, second: classic };
}
