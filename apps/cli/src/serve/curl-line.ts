/** What the line to paste asks for. */
export interface CurlRequest {
  /** Where the server listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly model: string;
  /** Undefined: a file of the user's own. */
  readonly audioPath: string | undefined;
  readonly needsKey: boolean;
}

/** Quoted for a shell where it holds more than plain characters. */
const shellWord = (text: string): string => {
  if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
  return process.platform === "win32" ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
};

/** A line to paste into a shell; in place of the key it names the variable that should hold it. */
export function curlLine({ url, model, audioPath, needsKey }: CurlRequest): string {
  return [
    `curl ${url}/v1/audio/transcriptions`,
    ...(needsKey ? [`-H "Authorization: Bearer $MASTER_KEY"`] : []),
    `-F ${shellWord(`file=@${audioPath ?? "speech.mp3"}`)}`,
    `-F ${shellWord(`model=${model}`)}`,
  ].join(" ");
}
