import { earshot } from "./earshot.ts";
import { litellm } from "./litellm.ts";
import { nginx, nginxVersion } from "./nginx.ts";
import { pipe } from "./pipe.ts";
import { portkey } from "./portkey.ts";
import type { Subject } from "./subject.ts";

/** Who takes part. */
export interface SubjectOptions {
  readonly upstreamPort: number;
  readonly portkey: boolean;
  readonly litellm: boolean;
  /** For the process of Earshot, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
}

/** Who takes part, and who does not and why. */
export interface FoundSubjects {
  readonly subjects: readonly Subject[];
  readonly leftOut: Readonly<Record<string, string>>;
}

/** What this machine can measure; the pipe comes first and the others are compared to it. */
export function findSubjects(options: SubjectOptions): FoundSubjects {
  const subjects = [pipe, earshot({ nodeOptions: options.nodeOptions })];
  const leftOut: Record<string, string> = {};

  const version = nginxVersion();
  if (version === undefined)
    leftOut["nginx"] = "it is not installed (`apt-get install nginx-light`)";
  else subjects.push(nginx(version));

  const add = (name: string, isWanted: boolean, find: () => Subject): void => {
    if (!isWanted) {
      leftOut[name] = `\`--${name.toLowerCase()}\` was not given`;
      return;
    }
    try {
      subjects.push(find());
    } catch (error) {
      const [reason = ""] = String(error instanceof Error ? error.message : error).split("\n");
      leftOut[name] = `it could not be installed: ${reason}`;
    }
  };
  add("Portkey", options.portkey, () => portkey(options.upstreamPort));
  add("LiteLLM", options.litellm, litellm);
  return { subjects, leftOut };
}
