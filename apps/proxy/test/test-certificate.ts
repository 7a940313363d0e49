import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key and its certificate for `localhost`, in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes one that is valid for a day; undefined on a machine without `openssl`. */
export function createTestCertificate(): TestCertificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), "earshot-certificate-"));
  const key = join(folder, "key.pem");
  const cert = join(folder, "cert.pem");
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const about = ["-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  try {
    const files = ["-keyout", key, "-out", cert];
    const { status } = spawnSync("openssl", ["req", ...kind, ...about, ...files]);
    if (status !== 0) return undefined;
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
