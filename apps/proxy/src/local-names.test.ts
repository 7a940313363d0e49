import { expect, test } from "vitest";
import { isLoopback } from "./local-names.ts";

test.each(["127.0.0.1", "127.1.2.3", "::1", "localhost", "::ffff:127.0.0.1"])(
  "a server on %s is reached by this machine only",
  (address) => {
    expect(isLoopback(address)).toBe(true);
  },
);

test.each(["0.0.0.0", "::", "::ffff:0.0.0.0", "192.168.1.5", "::2", ""])(
  "a server on %s may be reached by others",
  (address) => {
    expect(isLoopback(address)).toBe(false);
  },
);
