import { expect, test } from "vitest";
import { curlLine } from "./announcer.ts";

const request = {
  url: "http://127.0.0.1:8000",
  model: "whisper",
  audioPath: "/cache/jfk.wav",
  needsKey: false,
};

test("works as it is pasted", () => {
  expect(curlLine(request)).toBe(
    "curl http://127.0.0.1:8000/v1/audio/transcriptions -F file=@/cache/jfk.wav -F model=whisper",
  );
});

test.skipIf(process.platform === "win32")("quotes what a shell would take apart", () => {
  const line = curlLine({ ...request, audioPath: "/Jane's files/jfk.wav", model: "groq/*" });
  expect(line).toContain(`-F 'file=@/Jane'\\''s files/jfk.wav' -F 'model=groq/*'`);
});

test("names a file of the user's own and a variable for the key", () => {
  const line = curlLine({ ...request, audioPath: undefined, needsKey: true });
  expect(line).toContain('-H "Authorization: Bearer $MASTER_KEY" -F file=@speech.mp3');
});
