import { describe, expect, it } from "vitest";
import { toSvg } from "./charts.ts";

const bar = (label: string, value: number, isOwn = false) => ({
  label,
  value,
  text: `${value} ms`,
  isOwn,
});

const widthsOf = (svg: string): readonly number[] =>
  [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/gu)].map(([, width]) => Number(width));

describe("toSvg", () => {
  it("draws bars in proportion, each group to a scale of its own", () => {
    const groups = [
      { label: "small", bars: [bar("pipe", 1), bar("Earshot", 4)] },
      { label: "large", bars: [bar("pipe", 50), bar("Earshot", 100)] },
    ];
    const [one = 0, four = 0, fifty = 0, hundred = 0] = widthsOf(toSvg({ title: "CPU", groups }));
    expect(four / one).toBeCloseTo(4, 1);
    expect(hundred / fifty).toBeCloseTo(2, 1);
    expect(hundred).toBe(four);
  });

  it("marks its own bars and writes labels, values and a title as text", () => {
    const groups = [{ label: "a < b", bars: [bar("pipe", 1), bar("Earshot", 2, true)] }];
    const svg = toSvg({ title: 'less is "better" & good', groups });
    expect(svg).toContain('aria-label="less is &quot;better&quot; &amp; good"');
    expect(svg).toContain(">a &lt; b</text>");
    expect(svg).toContain(">2 ms</text>");
    const [first, second] = [...svg.matchAll(/<rect [^>]*fill="(#\w+)"/gu)].map(([, fill]) => fill);
    expect(first).not.toBe(second);
  });

  it("draws a group of zeros", () => {
    const svg = toSvg({ title: "none", groups: [{ label: "zero", bars: [bar("pipe", 0)] }] });
    expect(widthsOf(svg)).toEqual([1]);
  });
});
