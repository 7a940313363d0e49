// Reads one hostile input with the code of a checkout; prints what it did to the event loop.
import { hostileInputs } from "./hostile-inputs.ts";
import type { Reader } from "./hostile-inputs.ts";
import { longAnswers } from "./long-answers.ts";
import { measureHold } from "./measure-hold.ts";
import { createLoader, functionOf, readLongAnswer } from "./read-long-answer.ts";

const [checkout = "", name = "", use = ""] = process.argv.slice(2);

type Read = (bytes: Uint8Array) => Promise<unknown>;
const load = createLoader(checkout);

const toText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const readAudio: Read = async (bytes) => {
  const audio = await load("packages/audio/src/index.ts");
  const file = audio["fileFromBytes"]?.(bytes, "hostile");
  if (use === "probe") return audio["probeAudio"]?.(file);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the decoder answers
  const blocks = audio["decodeAudio"]?.(file) as AsyncIterable<unknown>;
  for await (const _ of blocks);
  return undefined;
};

const renderText: Read = async (bytes) => {
  const formats = await load("packages/formats/src/index.ts");
  const text = toText(bytes).trim();
  const words = text.split(" ").map((word, index) => ({
    text: word,
    startSeconds: index / 10,
    endSeconds: (index + 1) / 10,
  }));
  const segments = [{ text, startSeconds: 0, endSeconds: 5 }];
  const transcript = { text, warnings: [], ...(words.length > 1 ? { words } : { segments }) };
  const needs = { words: true, segments: true, speakers: false };
  const complete = functionOf(formats, "completeInTurns", "completeTranscript");
  const render = functionOf(formats, "renderInTurns", "renderTranscript");
  const completed = await complete(transcript, needs, { dropUnsupported: true });
  return render(completed, { responseFormat: "srt" });
};

const readFields: Read = async () => {
  const { toGatewayRequest } = await load("apps/proxy/src/to-gateway-request.ts");
  const fields = new Map([["model", ["whisper"]]]);
  for (let index = 0; index < 10_000; index++) fields.set(`x${index}[a]`, ["1"]);
  return toGatewayRequest?.(fields, { task: "transcribe" });
};

const readers: Readonly<Record<Reader, Read>> = {
  audio: readAudio,
  subtitles: async (bytes) =>
    (await load("packages/provider-openai-compatible/src/subtitle-cues.ts"))["readSubtitles"]?.(
      toText(bytes),
    ),
  text: renderText,
  fields: readFields,
  language: async (bytes) =>
    (await load("packages/core/src/languages.ts"))["toIsoLanguage"]?.(toText(bytes)),
  "part headers": async (bytes) =>
    (await load("apps/proxy/src/ingest/part-headers.ts"))["parsePartHeaders"]?.(toText(bytes)),
};

const hostile = hostileInputs.find((one) => one.name === name);
const answer = longAnswers.find((one) => one.name === name);
const input = hostile ?? answer;
if (input === undefined) throw new Error(`There is no input '${name}'.`);
const read: Read =
  answer === undefined
    ? readers[hostile?.reader ?? "text"]
    : (body) => readLongAnswer({ load, source: answer.source, use, body });
const bytes = input.make();
// What it takes to load the code is none of the input's doing.
await read(bytes.subarray(0, 2000)).catch(() => undefined);
console.log(JSON.stringify(await measureHold(() => read(bytes))));
