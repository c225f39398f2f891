/** The codes of a `refused` message; see docs/PROTOCOL.md. */
const REFUSAL_CODES = [
  "name-invalid",
  "name-taken",
  "protocol",
  "banned",
  "locked",
  "too-soon",
  "muted",
  "no-such-user",
  "other-person",
  "no-such-file",
  "bad-offset",
  "too-long",
  "too-many",
  "busy",
  "stalled",
  "id-in-use",
  "cancelled",
  "changed",
  "changing",
  "unreadable",
  "unknown-type",
  "hidden",
  "out-of-order",
  "encryption-needed",
  "key-needed",
  "key-wrong",
  "key-wait",
  "no-key",
  // Stands for every code that this version does not know.
  "unknown",
] as const;

/** The reason for a refusal, as the `code` of a `refused` message. */
export type RefusalCode = typeof REFUSAL_CODES[number];

/** Returns `word` as a code; `unknown` for a code of a newer server. */
export function asRefusalCode(word: string): RefusalCode {
  return REFUSAL_CODES.find((code) => code === word) ?? "unknown";
}

/**
 * A request that the server refuses: only the user who made it gets a `refused`. The
 * message tells that user what happened and what to do.
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
