import type { SelfCheckResult } from "./self-check.ts";
import type { Serving } from "./serve.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/** Quoted for a shell where it holds more than plain characters. */
const shellWord = (text: string): string => {
  if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
  return process.platform === "win32" ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
};

export interface CurlRequest {
  readonly url: string;
  readonly model: string;
  /** Undefined: a file of the user's own. */
  readonly audioPath: string | undefined;
  readonly needsKey: boolean;
}

/** A line to paste into a shell; the key itself is never in it. */
export function curlLine({ url, model, audioPath, needsKey }: CurlRequest): string {
  const key = needsKey ? ` -H "Authorization: Bearer $EARSHOT_KEY"` : "";
  const file = shellWord(`file=@${audioPath ?? "speech.mp3"}`);
  return `curl ${url}/v1/audio/transcriptions${key} -F ${file} -F ${shellWord(`model=${model}`)}`;
}

const accessLine = ({ host, config, proxy }: Serving): string => {
  const isLoopback = LOOPBACK.has(host);
  if (config.general.masterKey !== undefined)
    return isLoopback
      ? "Clients need the master_key. Only this machine can reach it."
      : `Clients need the master_key. Other machines reach it at port ${new URL(proxy.url).port} of this one.`;
  return "No master_key is set, so only this machine can reach it.";
};

/** What to say loudly at the start; empty when there is nothing. */
export function openHostWarning({ host, config }: Serving): string {
  if (config.general.masterKey !== undefined || LOOPBACK.has(host)) return "";
  return (
    `No master_key is set and the host is ${host}: everybody who can reach this machine can use it, ` +
    "at your cost. Set general_settings.master_key in the config (or LITELLM_MASTER_KEY), or leave --host out."
  );
}

/** The first lines: where it listens, who may use it, which models it has. */
export function listeningText(serving: Serving, version: string, upMs: number): string {
  const models = serving.gateway.models().map(({ id }) => id);
  return [
    `Earshot ${version} listens on ${serving.proxy.url} (up in ${(upMs / 1000).toFixed(1)} s).`,
    ...(openHostWarning(serving) === "" ? [`  ${accessLine(serving)}`] : []),
    `  Models: ${models.join(", ")}`,
    "",
  ].join("\n");
}

/** The transcript of the sample and how long it took. */
export function selfCheckText(
  { text, tookMs, wordForWord }: SelfCheckResult,
  model: string,
): string {
  return [
    "",
    `Self-check: the sample recording went through ${model} in ${(tookMs / 1000).toFixed(1)} s:`,
    "",
    `  ${text}`,
    "",
    ...(wordForWord
      ? []
      : ["  These are not the words of the recording; another model hears better.", ""]),
  ].join("\n");
}

/** The line to paste. */
export const tryItText = (request: CurlRequest): string =>
  `\nTry it:\n\n  ${curlLine(request)}\n\n`;
