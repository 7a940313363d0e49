/** The mean of all channels, each of the same length; the only channel itself when there is one. */
export function mixToMono(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(), ...others] = channels;
  if (others.length === 0) return first;
  const mono = Float32Array.from(first);
  for (const channel of others) {
    for (let index = 0; index < mono.length; index++) {
      mono[index] = (mono[index] ?? 0) + (channel[index] ?? 0);
    }
  }
  for (let index = 0; index < mono.length; index++)
    mono[index] = (mono[index] ?? 0) / channels.length;
  return mono;
}
