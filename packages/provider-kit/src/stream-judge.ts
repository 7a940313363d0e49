import { TranscriptionError } from "@earshot/core";
import type { TranscriptEvent } from "@earshot/core";
import { unspeakableIn } from "./holds-secret.ts";
import { holdsControl, isDocument, isGarbled } from "./plausible-text.ts";
import type { AnswerSource } from "./read-answer.ts";

const DOCUMENT_STARTS = ["<!doctype ", "<html ", "<html>", "<?xml "];
/** In the middle of speech, one tag is not yet a page. */
const PAGE = /^\s{0,100}<(?:!doctype\s+html|html[^<>]{0,200}>\s{0,100}<(?:head|body|title))/iu;
/** Shorter beginnings of a secret are shown: nothing waits for what may be a word. */
const HEAD_CHARACTERS = 8;
/** A character that is broken is one of many, or not alone for long. */
const RECENT_CHARACTERS = 100;

const mayBeginDocument = (text: string): boolean => {
  const start = text.trimStart().slice(0, 12).toLowerCase();
  return start !== "" && DOCUMENT_STARTS.some((whole) => whole.startsWith(start));
};

const mayBeginSecret = (text: string, spelling: string): boolean => {
  const at = text.lastIndexOf(spelling.slice(0, HEAD_CHARACTERS));
  return at >= 0 && spelling.startsWith(text.slice(at));
};

type Refuse = (problem: string) => TranscriptionError;

/** Looks at what was said lately; true when only the next piece decides whether it may be shown. */
const createDoubt = (
  spellings: readonly string[],
  refuse: Refuse,
): ((piece: string) => boolean) => {
  const kept = Math.max(RECENT_CHARACTERS, ...spellings.map(({ length }) => length));
  let recent = "";
  let isBeginning = true;
  return (piece) => {
    const text = recent + piece;
    recent = text.length > kept ? text.slice(-kept) : text;
    if (isBeginning ? isDocument(text) : PAGE.test(piece))
      throw refuse("a web page in place of a text");
    if (spellings.some((spelling) => text.includes(spelling))) throw refuse("the key of the call");
    const isBroken = isGarbled(recent);
    if (isBroken && (holdsControl(recent) || recent.length >= RECENT_CHARACTERS))
      throw refuse("binary data in place of a text");
    isBeginning &&= mayBeginDocument(text);
    return isBeginning || isBroken || spellings.some((each) => mayBeginSecret(recent, each));
  };
};

/**
 * Judges the events of a stream before anybody sees them, and answers with those that may be shown by
 * now: what could become a page, a broken text or a secret of the call waits for the next piece. Throws
 * `bad_response` for what has become one. The transcript at the end was judged by `readAnswer`.
 */
export function createStreamJudge({
  provider,
  secrets = [],
}: AnswerSource): (events: readonly TranscriptEvent[]) => readonly TranscriptEvent[] {
  const refuse: Refuse = (problem) =>
    new TranscriptionError("bad_response", `The stream of ${provider} holds ${problem}.`, {
      provider,
    });
  const isDoubtful = createDoubt(unspeakableIn(secrets), refuse);
  let waiting: TranscriptEvent[] = [];
  const isHeld = (event: TranscriptEvent, before: boolean): boolean => {
    if (event.type === "delta") return isDoubtful(event.text);
    if (event.type === "done") return false;
    const { text } = event.segment;
    if (isDocument(text)) throw refuse("a web page in place of a text");
    if (isGarbled(text)) throw refuse("binary data in place of a text");
    return before;
  };
  let holds = false;
  return (events) => {
    for (const event of events) holds = isHeld(event, holds);
    if (!holds && waiting.length === 0) return events;
    waiting.push(...events);
    if (holds) return [];
    const shown = waiting;
    waiting = [];
    return shown;
  };
}
