/** The kind of a refusal, as the `code` of a `refused` message; see docs/PROTOCOL.md. */
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
 * The user asked for something that is refused, with `refused` and to that user
 * only. The message tells that user what happened and what to do.
 */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: RefusalCode;
  /** A free name to use instead. */
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
