import { findEngine } from "@earshot/provider-local";
import { isSupportedNode, OLDEST_NODE } from "../supported-node.ts";
import type { Finding } from "./finding.ts";

/** Whether this Node runs Earshot. */
export function checkNode(version: string): Finding {
  const check = "Node.js";
  if (isSupportedNode(version)) return { check, status: "ok", message: version };
  return {
    check,
    status: "fail",
    message: `${version} is too old`,
    remedy: `Install Node.js ${OLDEST_NODE} or newer.`,
  };
}

/** Which build of the local engine runs here. */
export async function checkEngine(): Promise<Finding> {
  const platform = `${process.platform}-${process.arch}`;
  const { kind, reason } = await findEngine();
  const check = "Local engine";
  if (kind === "native") return { check, status: "ok", message: `native, on ${platform}` };
  return {
    check,
    status: "warn",
    message: `WebAssembly, about half as fast: the native build does not load on ${platform} (${reason ?? "no reason given"})`,
    remedy: "Install sherpa-onnx-node with its optional packages, on glibc 2.32 or newer.",
  };
}
