import { TranscriptionError } from "@earshot/core";
import type { TranscriptionRequest } from "@earshot/core";
import { asArray, asNumber } from "@earshot/provider-kit";

const refuse = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param, provider: "fireworks" });

const isTemperature = (text: string): boolean =>
  text.trim() !== "" && Number(text) >= 0 && Number(text) <= 1;

/** Throws `invalid_request` for options that contradict each other or are no temperatures. */
export function checkFireworksRequest({ options }: TranscriptionRequest): void {
  const steps = asArray(options["temperatures"]).flatMap((step) => String(step).split(","));
  const wrong = steps.find((step) => !isTemperature(step));
  if (wrong !== undefined)
    throw refuse("temperatures", `Temperatures are numbers from 0 to 1, not '${wrong}'.`);
  const fewest = asNumber(options["min_speakers"]) ?? 1;
  const most = asNumber(options["max_speakers"]) ?? Infinity;
  if (fewest > most)
    throw refuse(
      "max_speakers",
      `'max_speakers' (${most}) is less than 'min_speakers' (${fewest}).`,
    );
}
