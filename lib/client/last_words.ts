import { ChatError } from "../chat_error.ts";
import { display } from "../display.ts";
import { ConnectError } from "../net/connect.ts";
import { ExitCode, messageOf, StartError, UsageError } from "../program.ts";
import { ConnectionLost } from "./connection_lost.ts";
import { IdentityError } from "./identity_error.ts";
import { USAGE } from "./options.ts";

/** What the client says on standard error when it ends, and its exit code. */
export type LastWords = {
  /** What happened, then, for a wrong command line, the usage. */
  readonly texts: readonly string[];
  readonly code: number;
};

/** Errors whose message is a sentence for the user. */
const EXPECTED = [
  ...[UsageError, StartError, ConnectError, ConnectionLost, IdentityError],
];

/** The last words of a client that ends because of `error`. */
export function lastWords(error: unknown): LastWords {
  const sentence = display(sentenceFor(error));
  return error instanceof UsageError
    ? { texts: [sentence, `\n${USAGE}`], code: ExitCode.usage }
    : { texts: [sentence], code: ExitCode.failed };
}

function sentenceFor(error: unknown): string {
  if (error instanceof ChatError) {
    const { suggestion } = error;
    const free = suggestion === undefined ? "" : ` (${suggestion} is free)`;
    return `Cannot join: ${error.message}${free}`;
  }
  return EXPECTED.some((kind) => error instanceof kind)
    ? messageOf(error)
    : `The client has failed: ${messageOf(error)}. Start it again`;
}
