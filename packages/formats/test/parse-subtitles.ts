import type { Cue } from "../src/cue.ts";

const TIMING = /^(\d{2,}):(\d\d):(\d\d)[,.](\d{3}) --> (\d{2,}):(\d\d):(\d\d)[,.](\d{3})$/u;

const toSeconds = ([hours, minutes, seconds, milliseconds]: readonly string[]): number =>
  (Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000 +
    Number(milliseconds)) /
  1000;

const toCue = (timing: string, lines: readonly string[]): Cue => {
  const parts = TIMING.exec(timing);
  if (parts === null) throw new Error(`no timing line: ${timing}`);
  return {
    startSeconds: toSeconds(parts.slice(1, 5)),
    endSeconds: toSeconds(parts.slice(5, 9)),
    lines,
  };
};

const blocksOf = (body: string): readonly (readonly string[])[] =>
  body
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => block.split("\n"));

/** A strict reader: numbered from 1, no blank line inside a cue. */
export const parseSrt = (body: string): readonly Cue[] =>
  blocksOf(body).map(([number, timing = "", ...lines], index) => {
    if (number !== String(index + 1)) throw new Error(`cue ${index + 1} is numbered ${number}`);
    return toCue(timing, lines);
  });

const unescape = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A strict reader: refuses a raw arrow or angle bracket in the text. */
export const parseVtt = (body: string): readonly Cue[] => {
  const [header, ...blocks] = blocksOf(body);
  if (header?.join("\n") !== "WEBVTT") throw new Error("no header");
  return blocks.map(([timing = "", ...lines]) => {
    const voice = /^<v ([^<>]+)>/u.exec(lines[0] ?? "");
    const bare = lines.join("\n").slice(voice?.[0].length ?? 0);
    if (/[<>]/u.test(bare)) throw new Error(`markup in the text: ${bare}`);
    const cue = toCue(timing, bare.split("\n").map(unescape));
    return voice?.[1] === undefined ? cue : { ...cue, speaker: unescape(voice[1]) };
  });
};
