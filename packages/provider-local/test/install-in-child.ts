import { systemClock } from "@earshot/core";
import { installArtifacts } from "../src/model-store/install-artifacts.ts";
import type { InstallPlan } from "../src/model-store/install-artifacts.ts";

// A process of its own, so that locks between processes are tested by processes.

interface Input {
  readonly plan: InstallPlan;
  readonly registry: string;
  readonly home: string;
}

// The test that starts this process writes the argument.
const { plan, registry, home } = JSON.parse(process.argv[2] ?? "") as Input;
await installArtifacts(plan, {
  environment: {
    HOME: home,
    npm_config_globalconfig: `${home}/none`,
    npm_config_registry: registry,
  },
  cwd: home,
  clock: systemClock,
  signal: new AbortController().signal,
  onProgress: () => {},
});
