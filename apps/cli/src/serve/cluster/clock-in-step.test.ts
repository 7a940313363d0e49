import { systemClock } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { clockInStep } from "./clock-in-step.ts";

/** A machine whose wall clock can be set; each process counts from the date at which it began. */
const createMachine = () => {
  let upMs = 0;
  let dateMs = 1_000_000_000;
  return {
    advance: (milliseconds: number): void => {
      upMs += milliseconds;
      dateMs += milliseconds;
    },
    setDate: (byMs: number): void => {
      dateMs += byMs;
    },
    startProcess: (): Clock => {
      const startDateMs = dateMs - upMs;
      return { ...systemClock, now: () => startDateMs + upMs, date: () => dateMs };
    },
  };
};

describe("processes that began before and after the wall clock was set", () => {
  test.each([86_400_000, -86_400_000])("by %s ms show the same time", (jumpMs) => {
    const machine = createMachine();
    const primary = machine.startProcess();
    const early = clockInStep(primary.now(), machine.startProcess());
    machine.advance(5000);
    machine.setDate(jumpMs);
    const late = clockInStep(primary.now(), machine.startProcess());
    machine.advance(60_000);
    expect([early.now(), late.now()]).toEqual([primary.now(), primary.now()]);
    expect(late.date?.()).toBe(primary.date?.());
  });

  test("are as late as the message that told the time", () => {
    const machine = createMachine();
    const primary = machine.startProcess();
    const sentMs = primary.now();
    machine.advance(3);
    const worker = clockInStep(sentMs, machine.startProcess());
    expect(primary.now() - worker.now()).toBe(3);
  });
});
