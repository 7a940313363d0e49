import { TranscriptionError } from "@earshot/core";
import type { TranscriptionRequest } from "@earshot/core";
import { PROMPT_CHARACTERS } from "./groq-models.ts";

const refuse = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param, provider: "groq" });

/** Keywords travel in the prompt, so both share its limit. */
const checkKeywords = ({ prompt = "", keywords }: TranscriptionRequest): void => {
  const wrong = keywords.findIndex((keyword) => /^\s*$|[\r\n\u2028\u2029]/u.test(keyword));
  if (wrong >= 0) throw refuse("keywords", `Keyword ${wrong + 1} is empty or holds a line break.`);
  if (keywords.length === 0 || prompt.length > PROMPT_CHARACTERS) return;
  const length = keywords.join(", ").length + (prompt === "" ? 0 : prompt.length + 1);
  if (length > PROMPT_CHARACTERS)
    throw refuse(
      "keywords",
      `Groq takes keywords as part of the prompt, up to ${PROMPT_CHARACTERS} characters together, not ${length}.`,
    );
};

const checkUrl = ({ audio }: TranscriptionRequest): void => {
  if (audio.type === "file" || !URL.canParse(audio.url)) return;
  const { username, password } = new URL(audio.url);
  if (username !== "" || password !== "")
    throw refuse("url", "Groq fetches no URL with a user name or password in it.");
};

/** Throws `invalid_request` for what Groq would refuse and capabilities cannot tell. */
export function checkGroqRequest(request: TranscriptionRequest): void {
  checkKeywords(request);
  checkUrl(request);
}
