import type { ConfigFile } from "./config-files.ts";
import type { Place } from "./config-node.ts";
import { nearestNode } from "./config-node.ts";
import { referencedVariable } from "./environment.ts";
import { formatPath } from "./problems.ts";
import type { ReadContext } from "./read-context.ts";
import type { ListedEntry, ModelList } from "./sections/model-list.ts";

const ID = ["model_info", "id"];

const placeOfId = ({ node }: ListedEntry): Place => nearestNode(node, ID).place;

const nameOfId = (id: string, { node }: ListedEntry): string => {
  const written = nearestNode(node, ID);
  const variable = written.type === "scalar" ? referencedVariable(written) : undefined;
  return variable === undefined ? `\`${id}\`` : `of \`os.environ/${variable}\``;
};

const checkIds = ({ deployments }: ModelList, { problems }: ReadContext): void => {
  const entries = new Map<string, ListedEntry>();
  for (const { deployment, entry } of deployments) {
    if (deployment.id === undefined) continue;
    const before = entries.get(deployment.id);
    if (before === undefined) entries.set(deployment.id, entry);
    else
      problems.error({
        place: placeOfId(entry),
        path: [...entry.path, ...ID],
        message: `The id ${nameOfId(deployment.id, entry)} already belongs to \`${formatPath(before.path)}\`.`,
        remedy: "Give each deployment an id of its own, or leave the ids out.",
      });
  }
};

const checkThatSomeServe = (
  models: ModelList,
  main: ConfigFile,
  { problems }: ReadContext,
): void => {
  const noneServes = models.groups.size > 0 && models.groups.size === models.leftOut.size;
  if (!models.isEmpty && !noneServes) return;
  problems.error({
    place: main.root.entries.get("model_list")?.place ?? main.root.place,
    path: ["model_list"],
    message: models.isEmpty
      ? "`model_list` has no deployments."
      : "No deployment of `model_list` is for transcription.",
    remedy:
      "Add one: `- model_name: whisper` and under it `litellm_params:` with `model: whisper-1`.",
  });
};

/** Tells what is wrong with the deployments as a whole: there are none, or two have one id. */
export function checkDeployments(models: ModelList, main: ConfigFile, context: ReadContext): void {
  checkIds(models, context);
  checkThatSomeServe(models, main, context);
}
