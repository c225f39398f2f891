/** There is no base to pack into; the message is half a line that says why. */
export class NoBaseError extends Error {
  override readonly name = "NoBaseError";
}
