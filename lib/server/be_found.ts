import { announce } from "../net/announce.ts";
import { cardsOf } from "../net/network_cards.ts";
import type { EventLog } from "./event_log.ts";
import type { Introduce } from "./introduction.ts";

export type BeFoundOptions = {
  /** Introduces this server; `undefined` if it hides. */
  readonly introduce: Introduce | undefined;
  /** The only address that the server listens on, if there is one. */
  readonly host: string | undefined;
  readonly signal: AbortSignal;
};

/**
 * Answers the clients that search for servers, unless the server hides or the system
 * refuses. A server that does not answer gives up its network permission: it already
 * listens. A server that answers keeps it: no permission to answer is narrower than the
 * one for all hosts.
 */
export async function beFound(
  { introduce, host, signal }: BeFoundOptions,
  { log, print, giveBackNetwork }: {
    readonly log: EventLog;
    readonly print: (line: string) => void;
    /** Gives up the permission to connect and to listen. */
    readonly giveBackNetwork: () => void;
  },
): Promise<void> {
  try {
    if (introduce !== undefined) {
      const cards = host === undefined ? {} : { cards: cardsOf(host) };
      return await announce({ introduce, signal, ...cards });
    }
  } catch (error) {
    log.write("failure", { cause: `discovery: ${error}` });
    print("Clients cannot find this server: people type its address");
  }
  giveBackNetwork();
}
