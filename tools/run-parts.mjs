/**
 * @typedef {object} Part
 * @property {string} name
 * @property {readonly string[]} command
 * @property {string} [after] the part that has to succeed first
 *
 * @typedef {"passed" | "failed" | "skipped"} Outcome
 */

/**
 * Picks parts by name: `--only a,b` or `--except a,b`; without arguments all of them. Throws when a
 * name is unknown, so that a typing error never passes as a check.
 *
 * @param {readonly Part[]} parts
 * @param {readonly string[]} args
 * @returns {readonly Part[]}
 */
export const selectParts = (parts, args) => {
  const [flag, list = ""] = args;
  if (flag === undefined) return parts;
  const names = new Set(list.split(","));
  const known = parts.map(({ name }) => name);
  const unknown = [...names].filter((name) => !known.includes(name));
  if ((flag !== "--only" && flag !== "--except") || unknown.length > 0 || args.length > 2)
    throw new Error(`Usage: check [--only|--except ${known.join(",")}]`);
  return parts.filter(({ name }) => names.has(name) === (flag === "--only"));
};

/**
 * Runs every part, a few at a time, in the given order; a part whose predecessor failed is skipped.
 *
 * @param {readonly Part[]} parts
 * @param {{ concurrency: number, runPart: (part: Part) => Promise<boolean> }} options `runPart` says
 *   whether the part passed
 * @returns {Promise<ReadonlyMap<string, Outcome>>}
 */
export const runParts = async (parts, { concurrency, runPart }) => {
  /** @type {Map<string, Outcome>} */
  const outcomes = new Map();
  const waiting = [...parts];
  const names = new Set(parts.map(({ name }) => name));

  /** @param {Part} part */
  const isReady = ({ after }) => after === undefined || !names.has(after) || outcomes.has(after);
  const takeNext = () => {
    const index = waiting.findIndex(isReady);
    return index === -1 ? undefined : waiting.splice(index, 1)[0];
  };

  /** @type {Set<Promise<void>>} */
  const running = new Set();
  /** @param {Part} part */
  const start = async (part) => {
    const before = part.after === undefined ? undefined : outcomes.get(part.after);
    if (before === "failed" || before === "skipped") outcomes.set(part.name, "skipped");
    else outcomes.set(part.name, (await runPart(part)) ? "passed" : "failed");
  };

  while (waiting.length > 0 || running.size > 0) {
    while (running.size < concurrency) {
      const part = takeNext();
      if (part === undefined) break;
      const done = start(part).finally(() => running.delete(done));
      running.add(done);
    }
    await Promise.race(running);
  }
  return outcomes;
};
