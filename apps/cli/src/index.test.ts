import { expect, test } from "vitest";
import { baseEnvironment } from "../test/fake-io.ts";
import { serve } from "./index.ts";

test("serve() can be embedded", { timeout: 30_000 }, async () => {
  const serving = await serve({ port: 0, environment: baseEnvironment });
  try {
    const response = await fetch(`${serving.proxy.url}/v1/models`);
    expect(await response.json()).toMatchObject({
      data: [{ id: "whisper" }, { id: "local/moonshine-tiny-en" }],
    });
  } finally {
    expect(await serving.close()).toBe(0);
  }
});
