import type { Results } from "./results.ts";
import { short } from "./table.ts";

/** One bar. */
interface Bar {
  readonly label: string;
  readonly value: number;
  /** At its end. */
  readonly text: string;
  /** In a colour that stands out. */
  readonly isOwn: boolean;
}

/** Bars that are compared to each other. */
interface BarGroup {
  readonly label: string;
  readonly bars: readonly Bar[];
}

/** Groups of horizontal bars; each group has a scale of its own. */
export interface BarChart {
  readonly title: string;
  readonly groups: readonly BarGroup[];
}

const WIDTH = 720;
const LABEL_WIDTH = 90;
/** What the text at the end of the longest bar needs. */
const TEXT_WIDTH = 170;
const BAR_HEIGHT = 16;
const BAR_STEP = 21;
const GROUP_HEAD = 34;
const TITLE_HEIGHT = 34;

/** Readable on white and on near black. */
const TEXT_COLOUR = "#6e7781";
const OWN_COLOUR = "#2f81f7";
const OTHER_COLOUR = "#9aa4af";

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const textAt = (x: number, y: number, text: string): string =>
  `  <text x="${x}" y="${y}">${escapeXml(text)}</text>`;

const drawBar = (bar: Bar, top: number, longest: number): string => {
  const room = WIDTH - LABEL_WIDTH - TEXT_WIDTH;
  const width = Math.max(1, (bar.value / longest) * room).toFixed(1);
  const colour = bar.isOwn ? OWN_COLOUR : OTHER_COLOUR;
  const baseline = top + BAR_HEIGHT - 4;
  return [
    textAt(0, baseline, bar.label),
    `  <rect x="${LABEL_WIDTH}" y="${top}" width="${width}" height="${BAR_HEIGHT}" rx="2" fill="${colour}"/>`,
    textAt(LABEL_WIDTH + Number(width) + 8, baseline, bar.text),
  ].join("\n");
};

const drawGroup = ({ label, bars }: BarGroup, top: number): string => {
  const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const head = `  <text x="0" y="${top + 22}" font-weight="600">${escapeXml(label)}</text>`;
  const drawn = bars.map((bar, index) =>
    drawBar(bar, top + GROUP_HEAD + index * BAR_STEP, longest),
  );
  return [head, ...drawn].join("\n");
};

/** The chart as an SVG file. */
export function toSvg({ title, groups }: BarChart): string {
  let height = TITLE_HEIGHT;
  const drawn = groups.map((group) => {
    const top = height;
    height += GROUP_HEAD + group.bars.length * BAR_STEP;
    return drawGroup(group, top);
  });
  const name = escapeXml(title);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height + 8}" viewBox="0 0 ${WIDTH} ${height + 8}" role="img" aria-label="${name.replaceAll('"', "&quot;")}" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT_COLOUR}">
  <title>${name}</title>
  <text x="0" y="20" font-size="16" font-weight="600">${name}</text>
${drawn.join("\n")}
</svg>
`;
}

/** A file below `docs/charts`. */
export interface Chart {
  readonly fileName: string;
  /** For who cannot see it. */
  readonly description: string;
  readonly svg: string;
}

interface NamedBar {
  readonly caseName: string;
  readonly bar: Bar;
}

const toGroups = (bars: readonly NamedBar[]): readonly BarGroup[] =>
  [...Map.groupBy(bars, ({ caseName }) => caseName)].map(([label, named]) => ({
    label,
    bars: named.map(({ bar }) => bar),
  }));

const cpuBars = ({ throughput }: Results): readonly NamedBar[] =>
  throughput.flatMap(({ caseName, subject, figures, cpuRatio }) => {
    if (figures === undefined) return [];
    const ratio = cpuRatio === undefined ? "" : ` (${cpuRatio.toFixed(2)} × pipe)`;
    const text = `${short(figures.cpuMs)} ms${ratio}`;
    const isOwn = subject === "Earshot";
    return [{ caseName, bar: { label: subject, value: figures.cpuMs, text, isOwn } }];
  });

const memoryBars = ({ memory }: Results): readonly NamedBar[] =>
  memory.flatMap(({ caseName, subject, figures }) => {
    if (figures === undefined) return [];
    const value = figures.peakMebibytes;
    const isOwn = subject === "Earshot";
    const label = caseName.replace("memory, ", "");
    return [
      { caseName: label, bar: { label: subject, value, text: `${short(value)} MiB`, isOwn } },
    ];
  });

/** Those that the results have bars for. */
export function chartsOf(results: Results): readonly Chart[] {
  const charts = [
    {
      fileName: "cpu.svg",
      title: "CPU time of the gateway for each request (less is better)",
      bars: cpuBars(results),
    },
    {
      fileName: "memory.svg",
      title: "Peak memory of the gateway, uploads at once (less is better)",
      bars: memoryBars(results),
    },
  ];
  return charts
    .filter(({ bars }) => bars.length > 0)
    .map(({ fileName, title, bars }) => ({
      fileName,
      description: title,
      svg: toSvg({ title, groups: toGroups(bars) }),
    }));
}
