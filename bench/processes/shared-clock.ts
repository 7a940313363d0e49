/** Milliseconds on a clock that all processes of the machine share; only differences mean anything. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
