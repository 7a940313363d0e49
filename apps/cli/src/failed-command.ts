/** A command that could not do what it was asked; the message says why and what to do. */
export class FailedCommand extends Error {
  override readonly name = "FailedCommand";
}
