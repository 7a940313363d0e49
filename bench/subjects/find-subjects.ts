import { earshot } from "./earshot.ts";
import { litellm } from "./litellm.ts";
import { nginx } from "./nginx.ts";
import { pipe } from "./pipe.ts";
import { portkey } from "./portkey.ts";
import type { Subject } from "./subject.ts";

/** Who takes part. */
export interface SubjectOptions {
  readonly upstreamPort: number;
  readonly nginx: boolean;
  readonly portkey: boolean;
  readonly litellm: boolean;
  /** For the process of Earshot, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
  /** Another checkout of Earshot. */
  readonly against: string | undefined;
}

/** Who takes part, and who does not and why. */
export interface FoundSubjects {
  readonly subjects: readonly Subject[];
  readonly leftOut: Readonly<Record<string, string>>;
}

/** What this machine can measure; the pipe comes first and the others are compared to it. */
export function findSubjects(options: SubjectOptions): FoundSubjects {
  const subjects: Subject[] = [pipe, earshot({ nodeOptions: options.nodeOptions })];
  const leftOut: Record<string, string> = {};

  const add = (name: string, isWanted: boolean, find: () => Subject): void => {
    if (!isWanted) {
      leftOut[name] = `not asked for`;
      return;
    }
    try {
      subjects.push(find());
    } catch (error) {
      const [reason = ""] = String(error instanceof Error ? error.message : error).split("\n");
      leftOut[name] = `it is not there: ${reason}`;
    }
  };
  const { against } = options;
  if (against !== undefined) subjects.push(earshot({ checkout: against }));
  add("nginx", options.nginx, nginx);
  add("Portkey", options.portkey, () => portkey(options.upstreamPort));
  add("LiteLLM", options.litellm, litellm);
  return { subjects, leftOut };
}
