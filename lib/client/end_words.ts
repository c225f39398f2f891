import type { ServerMessage } from "../server_messages.ts";

/** The last message of a server that ends a connection. */
export type Closing = Extract<ServerMessage, { type: "closing" }>;

/** Codes whose reason is a sentence of its own: `The operator removed you: X`. */
const SENTENCES = new Set<string | undefined>(["kicked", "banned"]);

/**
 * Why the connection has ended, as the one sentence that the user reads. `closing`
 * is missing if the server said nothing; older servers send no code with it.
 */
export function endSentence(
  reason: string,
  closing: Closing | undefined,
): string {
  if (closing === undefined) return `Connection lost: ${reason}`;
  if (SENTENCES.has(closing.code)) return closing.reason;
  return `Disconnected: ${closing.reason}`;
}
