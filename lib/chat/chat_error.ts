/** What can be refused, as the `code` of a `refused` message; see docs/PROTOCOL.md. */
export type RefusalCode =
  | "name-invalid"
  | "name-taken"
  | "protocol"
  | "banned"
  | "locked"
  | "muted"
  | "no-such-user"
  | "no-such-file"
  | "bad-offset"
  | "too-long"
  | "too-many"
  | "id-in-use"
  | "cancelled"
  | "changed"
  | "changing"
  | "unreadable"
  | "unknown-type"
  | "out-of-order";

/**
 * The user asked for what cannot be. Answered with `refused` to that user only;
 * the message is a sentence for that user.
 */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: RefusalCode;
  /** What could be had instead: a free name. */
  readonly suggestion: string | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    options: ErrorOptions & { suggestion?: string | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.suggestion = options.suggestion;
  }
}
