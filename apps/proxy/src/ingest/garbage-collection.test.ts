import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const INDEX = new URL("../index.ts", import.meta.url);

/** In a process of its own: V8's flags are those of the whole process. */
const PROGRAM = `
  import { syncBuiltinESMExports } from "node:module";
  import v8 from "node:v8";
  const { setFlagsFromString } = v8;
  const flags = [];
  v8.setFlagsFromString = (flag) => {
    flags.push(flag);
    setFlagsFromString(flag);
  };
  syncBuiltinESMExports();
  const { planGarbageCollection } = await import(${JSON.stringify(INDEX)});
  const counts = [flags.length];
  for (let call = 0; call < 2; call++) {
    planGarbageCollection();
    counts.push(flags.length);
  }
  console.log(JSON.stringify({ flags, counts }));
`;

test("V8's flags are set by who asks for it, once, and not by an import", () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    flags: ["--expose-gc", "--no-expose-gc", "--heap-growing-percent=200"],
    counts: [0, 3, 3],
  });
});
