import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";
import { REPOSITORY_ROOT } from "./subjects/repository.ts";

describe("readOptions", () => {
  it("runs fewer rounds the quicker it has to be", () => {
    const rounds = [[], ["--ci"], ["--quick"], ["--quick", "--rounds", "4"]].map(
      (args) => readOptions(args).rounds,
    );
    expect(rounds).toEqual([5, 3, 1, 4]);
  });

  it.each([
    [["--rounds", "0"], "--rounds takes a whole number"],
    [["--rounds", "many"], "--rounds takes a whole number"],
    [["--against", "no/such/checkout"], "--against takes a checkout"],
    [["--no-such"], "Unknown option '--no-such'"],
    [["stray"], "Unexpected argument 'stray'"],
  ])("refuses %j", (args, reason) => {
    expect(() => readOptions(args)).toThrow(reason);
  });

  it("measures this repository's holds unless it is told of another checkout", () => {
    const checkouts = [["--holds"], ["--holds", "--checkout", "../before"]].map(
      (args) => readOptions(args).checkout,
    );
    expect(checkouts).toEqual([REPOSITORY_ROOT, "../before"]);
  });

  it("takes a folder for profiles and a prefix of cases", () => {
    const options = readOptions(["--cpu-prof", "profiles", "--only", "25 MiB"]);
    expect(options).toMatchObject({ profileFolder: "profiles", only: "25 MiB", soak: false });
  });
});
