import type { OptionSpec, OptionValue } from "@earshot/core";

const numbersOf = (spec: OptionSpec & { type: "number" }): readonly OptionValue[] => {
  const { minimum = 0, maximum = minimum + 4 } = spec;
  const middle = (minimum + maximum) / 2;
  return spec.integer === true ? [minimum, maximum] : [minimum, middle, maximum];
};

const cut = (text: string, maxLength: number | undefined): string => text.slice(0, maxLength);

const listsOf = (spec: OptionSpec & { type: "string[]" }): readonly OptionValue[] => {
  const [
    first = cut("zugspitze", spec.maxItemLength),
    second = cut("loreley", spec.maxItemLength),
  ] = spec.values ?? [];
  const single = [[first], [second]].filter(([item], index) => index === 0 || item !== first);
  return spec.maxItems === 1 || first === second ? single : [...single, [first, second]];
};

/** Values that an option takes, each of which must make another call: at least one. */
export function samplesOf(spec: OptionSpec): readonly OptionValue[] {
  switch (spec.type) {
    case "boolean":
      return [true, false];
    case "number":
      return numbersOf(spec);
    case "string":
      return spec.values ?? [cut("zugspitze", spec.maxLength), cut("loreley", spec.maxLength)];
    case "string[]":
      return listsOf(spec);
    case "json":
      return [{ conformance: "zugspitze" }, { conformance: "loreley" }];
  }
}
