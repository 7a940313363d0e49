import { describe, expect, it } from "vitest";
import { createWorld, deployment, requestFor } from "../test/router-world.ts";
import { selectByTags } from "./plan-routes.ts";

const free = deployment("free", { tags: ["free", "eu"] });
const paid = deployment("paid", { tags: ["paid"] });
const usual = deployment("usual", { tags: ["default"] });
const untagged = deployment("untagged");
const all = [free, paid, usual, untagged];
const on = { enableTagFiltering: true, tagFilteringMatchAny: true };

describe("tag filtering", () => {
  it("does nothing unless it is enabled", () => {
    expect(selectByTags(all, ["paid"], { ...on, enableTagFiltering: false })).toEqual(all);
  });

  it("takes deployments with any of the tags, or with all of them", () => {
    expect(selectByTags(all, ["paid", "eu"], on)).toEqual([free, paid]);
    expect(selectByTags(all, ["free", "eu"], { ...on, tagFilteringMatchAny: false })).toEqual([
      free,
    ]);
    expect(selectByTags(all, ["paid", "eu"], { ...on, tagFilteringMatchAny: false })).toEqual([
      usual,
    ]);
  });

  it("takes the default ones when none matches, and for requests without tags", () => {
    expect(selectByTags(all, ["unknown"], on)).toEqual([usual]);
    expect(selectByTags(all, [], on)).toEqual([usual]);
  });

  it("lets requests without tags go anywhere when there is no default", () => {
    expect(selectByTags([free, untagged], [], on)).toEqual([free, untagged]);
    expect(selectByTags([free, untagged], ["paid"], on)).toEqual([]);
  });

  it("refuses a request whose tags nothing serves, and never calls another deployment", async () => {
    const { fail, calls } = createWorld({ deployments: [free, untagged], settings: on });
    const error = await fail(requestFor("whisper", { tags: ["paid"] }));
    expect({ code: error.code, param: error.param }).toEqual({
      code: "unsupported_feature",
      param: "tags",
    });
    expect(error.message).toContain('No deployment of "whisper" serves requests tagged paid.');
    expect(calls).toEqual([]);
  });
});
