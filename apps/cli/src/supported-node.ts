/** The oldest Node that runs Earshot. */
export const OLDEST_NODE = "22.19";

/** Whether Earshot runs on a Node of that version, such as `24.1.0`. */
export function isSupportedNode(version: string): boolean {
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split(".").map(Number);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
