/**
 * Prints one line for each problem; any problem makes the process end with exit code 1.
 *
 * @param {string} subject what was checked, for the line that says all is well
 * @param {readonly string[]} problems
 */
export const reportProblems = (subject, problems) => {
  for (const problem of problems) console.error(`- ${problem}`);
  if (problems.length === 0) console.log(`${subject}: no problems`);
  else process.exitCode = 1;
};
