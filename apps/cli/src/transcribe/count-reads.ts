import type { AudioFile } from "@earshot/core";

/**
 * The same audio, telling how far it has been read: the local engine reads as fast as it hears, a
 * provider's as fast as the audio is sent. A second attempt does not go back.
 */
export function countReads(audio: AudioFile, onRead: (bytes: number) => void): AudioFile {
  let furthest = 0;
  const reached = (position: number): void => {
    if (position <= furthest) return;
    furthest = position;
    onRead(position);
  };
  async function* open(): AsyncIterable<Uint8Array> {
    let position = 0;
    for await (const bytes of audio.open()) {
      position += bytes.length;
      reached(position);
      yield bytes;
    }
  }
  const read = audio.read?.bind(audio);
  if (read === undefined) return { ...audio, open };
  return {
    ...audio,
    open,
    read: async (start, end) => {
      const bytes = await read(start, end);
      reached(start + bytes.length);
      return bytes;
    },
  };
}
