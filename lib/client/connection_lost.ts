/** The connection has ended; the message is the sentence that tells the user why. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  /** Whether the client should not come back by itself. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false } = {}) {
    super(message);
    this.isFinal = isFinal;
  }
}
