import type { OptionSpec, OptionTable, OptionValue } from "@earshot/core";
import { rule, scenarioCases } from "../conformance-case.ts";
import type { CaseList, ConformanceCase } from "../conformance-case.ts";
import { ensure, show } from "../conformance-error.ts";
import { sentWith } from "../probe.ts";
import type { ProbeOptions } from "../probe.ts";
import { isUnsupported, scenarioOf } from "../suite.ts";
import type { OptionSample, OptionsScenario, ProviderSuite, Unsupported } from "../suite.ts";

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
const samplesOf = (spec: OptionSpec): readonly OptionValue[] => {
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
};

/** How a value of an option or of a setting gets into a probe. */
type Place = (probe: ProbeOptions, name: string, value: OptionValue) => ProbeOptions;

interface Walk {
  readonly suite: ProviderSuite;
  readonly noun: string;
  readonly table: OptionTable;
  readonly samples: Readonly<Record<string, OptionSample | Unsupported>>;
  readonly place: Place;
}

const placeOption: Place = (probe, name, value) => ({
  ...probe,
  request: { ...probe.request, options: { ...probe.request?.options, [name]: value } },
});

const placeSetting =
  (suite: ProviderSuite): Place =>
  (probe, name, value) => ({
    ...probe,
    settings: { extra: { ...suite.settings.extra, [name]: value } },
  });

const probeOf = (suite: ProviderSuite, sample: OptionSample | undefined): ProbeOptions => {
  const scenario = scenarioOf(suite, "options");
  return {
    model: sample?.model ?? scenario?.models?.[0],
    answer: scenario?.answer,
    request: { ...scenario?.request, ...sample?.request },
  };
};

const checkEntry = async (
  walk: Walk,
  name: string,
  { spec, sample }: { spec: OptionSpec; sample: OptionSample | undefined },
): Promise<void> => {
  const { suite, noun, place } = walk;
  const plain = probeOf(suite, sample);
  const seen = new Map([[await sentWith(suite, plain), "nothing"]]);
  for (const value of sample?.values ?? samplesOf(spec)) {
    const signature = await sentWith(suite, place(plain, name, value));
    const twin = seen.get(signature);
    ensure(
      twin === undefined,
      `The ${noun} \`${name}\` with ${show(value)} sends the same as with ${twin}: it does not reach the wire.`,
    );
    seen.set(signature, show(value));
  }
};

const walkCases = (walk: Walk): CaseList => {
  const { noun, table, samples } = walk;
  const unknown = Object.keys(samples).filter((name) => !Object.hasOwn(table, name));
  const checkSamples = rule("options", `has samples of known ${noun}s only`, async () => {
    ensure(unknown.length === 0, `There is no ${noun} named ${unknown.join(", ")}.`);
  });
  const cases = Object.entries(table).map(([name, spec]): ConformanceCase => {
    const title = `the ${noun} ${name} reaches the wire`;
    const sample = samples[name];
    if (sample !== undefined && isUnsupported(sample)) {
      return { ...rule("options", title, async () => {}), skip: sample.unsupported };
    }
    return rule("options", title, () => checkEntry(walk, name, { spec, sample }));
  });
  return [checkSamples, ...cases];
};

const checkUnknownOption = async (suite: ProviderSuite): Promise<void> => {
  const plain = probeOf(suite, undefined);
  const changed = await sentWith(suite, placeOption(plain, "x_conformance", "zugspitze"));
  ensure(
    changed !== (await sentWith(suite, plain)) && changed.includes("zugspitze"),
    "`passesUnknownOptions` is declared, but an option that is in no table does not reach the wire.",
  );
};

/** Every entry of the tables `options` and `settings` changes what is sent. */
export function optionRules(suite: ProviderSuite): CaseList {
  return scenarioCases(suite, "options", () => {
    const scenario: OptionsScenario = scenarioOf(suite, "options") ?? {};
    const { options, settings = {} } = suite.definition;
    const { samples = {}, settingSamples = {} } = scenario;
    const passesUnknown = suite.definition.passesUnknownOptions === true;
    return [
      ...(passesUnknown
        ? [rule("options", "an unknown option reaches the wire", () => checkUnknownOption(suite))]
        : []),
      ...walkCases({ suite, noun: "option", table: options, samples, place: placeOption }),
      ...walkCases({
        suite,
        noun: "setting",
        table: settings,
        samples: settingSamples,
        place: placeSetting(suite),
      }),
    ];
  });
}
