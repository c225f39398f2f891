import type { Membership, Speech } from "./membership.ts";
import type { Pings } from "./pings.ts";
import type { ServerLink } from "./server_link.ts";

/** With this many unconfirmed messages, the client asks the server whether it has them. */
const CONFIRM_COUNT = 32;

/** How long a client that leaves waits for the server to confirm what the user said, in milliseconds. */
export const CONFIRM_TIMEOUT = 1_500;

export type SpeakingOptions = {
  readonly link: Pick<ServerLink, "send" | "end" | "endReason">;
  /** Keeps what the server has not confirmed. */
  readonly membership: Membership;
  readonly pings: Pick<Pings, "ask">;
};

/**
 * Sends what the user says. A `pong` confirms everything said before its `ping`, so
 * the client pings when much is unconfirmed, and before it leaves.
 */
export class Speaking {
  readonly #options: SpeakingOptions;
  #isAsking = false;

  constructor(options: SpeakingOptions) {
    this.#options = options;
  }

  /** Sends `speech`. Ends the connection to a server that never confirms anything. */
  speak(speech: Speech): void {
    const { link, membership } = this.#options;
    membership.speak(speech);
    link.send(speech);
    if (membership.unconfirmed >= CONFIRM_COUNT) this.#ask();
    if (membership.isOverdue) link.end({ kind: "unconfirmed" });
  }

  /**
   * Waits at most {@linkcode CONFIRM_TIMEOUT} until the server has confirmed
   * everything; resolves to whether it has. Never rejects.
   */
  async isConfirmed(): Promise<boolean> {
    const { link, membership, pings } = this.#options;
    if (membership.unconfirmed === 0) return true;
    if (link.endReason !== undefined) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), CONFIRM_TIMEOUT);
    pings.ask(membership.said).then(() => resolve(true), () => resolve(false));
    const isSure = await promise;
    clearTimeout(timer);
    return isSure;
  }

  /** Asks for a confirmation, unless the server still owes one. */
  #ask(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const done = () => void (this.#isAsking = false);
    this.#options.pings.ask(this.#options.membership.said).then(done, done);
  }
}
