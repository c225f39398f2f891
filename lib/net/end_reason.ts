/**
 * The reasons for which a connection ends, as a type, and for each its words and its
 * policy, as a table. `end_rules.ts` reads it.
 *
 * @module
 */

/** Reasons whose kind says everything. */
type PlainKind =
  // Either side.
  | "lost"
  | "silent"
  | "slow"
  | "quit"
  // The server.
  | "out of memory"
  | "failure"
  | "replaced"
  | "renamed"
  | "no hello"
  | "crowded"
  | "wrong key"
  | "too many keys"
  | "key changed"
  // The client.
  | "no messenger"
  | "refused"
  | "unconfirmed";

/** Reasons with words or a number of their own. */
type Detailed =
  /** The peer's program broke the protocol; `words` say how. */
  | { readonly kind: "violation"; readonly words: string }
  /** The two sides could not agree on encryption; `words` say why. */
  | { readonly kind: "not secured"; readonly words: string }
  /** The server has no room; `words` are for the client. */
  | { readonly kind: "full"; readonly words: string }
  /** The client sent more than `maxRate` units of work per second for too long. */
  | { readonly kind: "flooding"; readonly maxRate: number }
  /** `words` are the operator's reason, or empty. */
  | { readonly kind: "kicked"; readonly words: string }
  /**
   * `words` are the operator's reason, or empty; `told` is the whole sentence for the
   * client.
   */
  | {
    readonly kind: "banned";
    readonly words: string;
    readonly told: string;
  }
  /** `words` are the operator's reason, or empty. */
  | { readonly kind: "shutdown"; readonly words: string }
  /** The server closed the connection with these words. */
  | { readonly kind: "closed"; readonly words: string }
  /** The server sent more than the client accepts; `words` say of what. */
  | { readonly kind: "excess"; readonly words: string }
  /** The client's own program failed; `words` say how. */
  | { readonly kind: "client failure"; readonly words: string };

export type Kind = PlainKind | Detailed["kind"];

type ReasonOf<K extends Kind> = K extends PlainKind ? { readonly kind: K }
  : Extract<Detailed, { readonly kind: K }>;

/** Why a connection ended. */
export type EndReason = { [K in Kind]: ReasonOf<K> }[Kind];

/** The kind of a reason in `closing`, for other programs; see docs/PROTOCOL.md. */
export type ClosingCode =
  | "banned"
  | "failure"
  | "flooding"
  | "full"
  | "key-changed"
  | "key-wrong"
  | "kicked"
  | "replaced"
  | "shutdown"
  | "too-slow";

/**
 * What happens to the person's seat: it is over; the person may take it back; or the
 * name is reserved as well, because others may have made the client slow.
 */
type After = "over" | "may return" | "name reserved";

/** A text, or a function that writes it for one reason. */
type Text<K extends Kind> = string | ((reason: ReasonOf<K>) => string);

/** One row of the table. */
type Row<K extends Kind> = {
  /** For the server's log, and for the other clients in `left`. */
  readonly log: Text<K>;
  /** For the operator's window; default: `log`. */
  readonly operator?: Text<K>;
  /** For the client in `closing`; default: `log`. */
  readonly told?: Text<K>;
  /** For the user, when the client's own side ends the connection; default: `log`. */
  readonly user?: Text<K>;
  /** The code of `closing`; missing where only the client's program is to blame. */
  readonly code?: ClosingCode;
  /** `closing` asks the client not to rejoin by itself. */
  readonly isFinal?: true;
  readonly after: After;
  /** Whether the security log gets a line about the end. */
  readonly isSecurity: boolean;
};

export type AnyText = string | ((reason: never) => string);

export type AnyRow = Omit<Row<Kind>, "log" | "operator" | "told" | "user"> & {
  readonly log: AnyText;
  readonly operator?: AnyText;
  readonly told?: AnyText;
  readonly user?: AnyText;
};

/** An end that nobody needs to look into. */
const ORDINARY = { after: "over", isSecurity: false } as const;

/** An end that matters to an operator who looks for the cause of harm. */
const SECURITY = { after: "over", isSecurity: true } as const;

const CHECK_NETWORK = "Check the network, then join again";

/** The words and the policy of each reason. */
export const END_ROWS: { readonly [K in Kind]: Row<K> } = {
  lost: {
    log: "connection lost",
    user: "the server or the network is gone",
    after: "may return",
    isSecurity: false,
  },
  silent: {
    log: "no answer",
    user: "the server does not answer any more",
    after: "name reserved",
    isSecurity: false,
  },
  slow: {
    log: "too slow",
    told: `this client did not read messages fast enough. ${CHECK_NETWORK}`,
    code: "too-slow",
    after: "name reserved",
    isSecurity: true,
  },
  "out of memory": {
    log: "out of memory",
    told: "too much was waiting for slow clients, and most of it for this " +
      `one. ${CHECK_NETWORK}`,
    code: "too-slow",
    after: "name reserved",
    isSecurity: true,
  },
  failure: {
    log: "failure in the server",
    told: "failure in the server. Join again; if it happens again, tell the " +
      "operator to look into server.log",
    code: "failure",
    after: "name reserved",
    isSecurity: false,
  },
  quit: { log: "quit", user: "you left", ...ORDINARY },
  replaced: {
    log: "you have come back over another connection",
    code: "replaced",
    isFinal: true,
    ...ORDINARY,
  },
  renamed: { log: "another name", ...ORDINARY },
  "no hello": { log: "no hello within 5 seconds", ...SECURITY },
  crowded: { log: "too many connections without a name", ...SECURITY },
  violation: {
    log: ({ words }) => `protocol violation: ${words}`,
    user: ({ words }) => `the server broke the rules of the protocol: ${words}`,
    ...SECURITY,
  },
  "not secured": { log: ({ words }) => words, ...SECURITY },
  "wrong key": {
    log: "wrong room key",
    told: "the room key is wrong",
    code: "key-wrong",
    isFinal: true,
    ...SECURITY,
  },
  "too many keys": {
    log: "too many wrong room keys",
    told:
      "too many wrong room keys have come from your address. Try again later",
    ...SECURITY,
  },
  "key changed": {
    log: "the room key has changed",
    told: "the operator asks everyone for the room key again",
    code: "key-changed",
    after: "may return",
    isSecurity: false,
  },
  full: { log: ({ words }) => words, code: "full", ...SECURITY },
  flooding: {
    log: "flooding",
    told: ({ maxRate }) =>
      `you sent more than ${maxRate} messages a second for too long. ` +
      "Join again, and send more slowly",
    code: "flooding",
    isFinal: true,
    ...SECURITY,
  },
  kicked: {
    log: ({ words }) => withReason("kicked", words),
    operator: ({ words }) => withReason("removed by the operator", words),
    told: ({ words }) => withReason("The operator removed you", words),
    code: "kicked",
    isFinal: true,
    ...SECURITY,
  },
  banned: {
    log: ({ words }) => withReason("banned", words),
    operator: ({ words }) => withReason("banned by the operator", words),
    told: ({ told }) => told,
    code: "banned",
    isFinal: true,
    ...SECURITY,
  },
  shutdown: {
    log: ({ words }) => withReason("the server is closing", words),
    told: ({ words }) => withReason("the server has shut down", words),
    code: "shutdown",
    ...ORDINARY,
  },
  "no messenger": {
    log: "it does not answer as a messenger server",
    ...ORDINARY,
  },
  refused: { log: "refused", ...ORDINARY },
  unconfirmed: { log: "the server confirms nothing", ...ORDINARY },
  closed: { log: ({ words }) => words, ...ORDINARY },
  excess: { log: ({ words }) => words, ...ORDINARY },
  "client failure": {
    log: ({ words }) => `failure in the client: ${words}`,
    ...ORDINARY,
  },
};

/** Returns `what: reason`, or `what` if the reason is empty. */
export function withReason(what: string, reason: string): string {
  return reason === "" ? what : `${what}: ${reason}`;
}
