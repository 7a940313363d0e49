import type { DeploymentConfig } from "@earshot/config";

/** What the models of the engine inside this process start with. */
export const LOCAL_PREFIX = "local/";

/** Whether a deployment is the engine inside this process. */
export const isLocal = ({
  model,
  customProvider,
}: Pick<DeploymentConfig, "model" | "customProvider">): boolean =>
  customProvider === "local" || (customProvider === undefined && model.startsWith(LOCAL_PREFIX));
