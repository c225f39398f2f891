/** The connection has ended; the message is the sentence that tells the user why. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  /** Whether the client should not come back by itself. */
  readonly isFinal: boolean;
  /** The code of the server's last message, if it had one. */
  readonly code: string | undefined;

  constructor(
    message: string,
    { isFinal = false, code }: {
      readonly isFinal?: boolean;
      readonly code?: string | undefined;
    } = {},
  ) {
    super(message);
    this.isFinal = isFinal;
    this.code = code;
  }
}
