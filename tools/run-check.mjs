import { realpathSync } from "node:fs";

/**
 * Prints one line for each problem and sets exit code 1 when there are any. Does nothing when
 * `filename` was imported (by its test) instead of being the script that node was started with.
 *
 * @param {string} filename the caller's `import.meta.filename`
 * @param {string} subject for the line that says all is well
 * @param {() => readonly string[] | Promise<readonly string[]>} findProblems
 */
export const runCheck = async (filename, subject, findProblems) => {
  if (!isStartedScript(filename)) return;
  const problems = await findProblems();
  for (const problem of problems) console.error(`- ${problem}`);
  if (problems.length === 0) console.log(`${subject}: no problems`);
  else process.exitCode = 1;
};

/**
 * Compares real paths, so that a checkout behind a symbolic link does not pass by doing nothing.
 *
 * @param {string} filename
 */
export const isStartedScript = (filename) => realpathSync(process.argv[1] ?? ".") === filename;
