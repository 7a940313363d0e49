import type { StreamDetails } from "../audio-probe.ts";
import type { RandomAccess } from "../files/random-access.ts";
import { measureWithin } from "../pacer.ts";
import { measureMp4Packets, readMp4Track } from "./mp4-packets.ts";

/**
 * Measures MP4, M4A, MOV and 3GP by the packets that are really there, less what the edit list
 * leaves out.
 */
export async function probeMp4(source: RandomAccess): Promise<StreamDetails> {
  const track = await readMp4Track(source);
  const { sound, timescale, startTicks, editedSeconds = Infinity } = track;
  const seconds = await measureWithin(source.pacer, () => measureMp4Packets(source, track));
  const heard = seconds === undefined ? undefined : seconds - startTicks / timescale;
  return {
    codec: sound.codec,
    durationSeconds: heard === undefined ? heard : Math.max(0, Math.min(heard, editedSeconds)),
    sampleRate: sound.sampleRate > 0 ? sound.sampleRate : undefined,
    channels: sound.channels > 0 ? sound.channels : undefined,
  };
}
