import type { ClientMessage } from "../client_messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import type { KeptSeat } from "../store/seat_data.ts";

/**
 * Most messages that may be unconfirmed; with more, the client takes it that the
 * server confirms nothing. The queues on the way to the server hold far fewer.
 */
const MAX_UNCONFIRMED = 500_000;

/** A message of the user: to everyone, or to one person. */
export type Speech = Extract<ClientMessage, { type: "say" | "tell" }>;

type Welcome = Extract<ServerMessage, { type: "welcome" }>;

/** Why the server does not know what the user missed; `unknown` with old servers. */
export type Gap = "restarted" | "forgotten" | "unknown";

/** What a `welcome` means for the user's place. */
export type Beginning = {
  /** The messages that have not reached the server: the client sends them again. */
  readonly again: readonly Speech[];
  /** The messages that may or may not have reached the others. */
  readonly unsure: readonly Speech[];
  /** Present if the server has given a new place instead of the old one. */
  readonly gap?: Gap;
};

/**
 * The user's place in the chat, which outlives a lost connection. Client and server
 * both count messages, so that after a reconnection none is missing and none arrives
 * twice.
 */
export class Membership {
  #token: string | undefined;
  /** Identifies the server's run in which it gave the place. */
  #start: string | undefined;
  /** How many chat messages have arrived. */
  #received = 0;
  /** How many messages the user has sent, and how many of them the server has confirmed. */
  #said = 0;
  #handled = 0;
  /** The unconfirmed messages, the oldest first. */
  #unconfirmed: Speech[] = [];
  /** Whether an earlier run of the program had the place; the server may not know it. */
  #isRestored = false;

  /** Takes over the place of an earlier run, before the first connection. */
  restore({ token, start, received }: KeptSeat): void {
    this.#token = token;
    this.#start = start;
    this.#received = received;
    this.#isRestored = true;
  }

  /** Gives up a place that was only restored: the user goes elsewhere. */
  forgetRestored(): void {
    if (!this.#isRestored) return;
    this.#isRestored = false;
    this.#token = this.#start = undefined;
    this.#received = 0;
  }

  /** What a later run needs to take the place back; `undefined` if there is no place. */
  get kept(): KeptSeat | undefined {
    if (!this.#token) return undefined;
    const start = this.#start === undefined ? {} : { start: this.#start };
    return { token: this.#token, ...start, received: this.#received };
  }

  /** Whether the user has a place that the client can take back. */
  get isKnown(): boolean {
    return this.#token !== undefined;
  }

  /** The fields of a `hello` that take the place back, or ask for one that can be taken back. */
  get proof(): { token: string; received?: number } {
    return this.#token === undefined
      ? { token: "" }
      : { token: this.#token, received: this.#received };
  }

  /** How many messages the user has sent in this place. */
  get said(): number {
    return this.#said;
  }

  /** How many messages are unconfirmed. */
  get unconfirmed(): number {
    return this.#unconfirmed.length;
  }

  /** Takes the unconfirmed messages, the oldest first. */
  takeUnconfirmed(): readonly Speech[] {
    const unconfirmed = this.#unconfirmed;
    this.#handled += unconfirmed.length;
    this.#unconfirmed = [];
    return unconfirmed;
  }

  /** Whether the server confirms nothing, although it should. */
  get isOverdue(): boolean {
    return this.#unconfirmed.length > MAX_UNCONFIRMED;
  }

  /** Counts a message of the server, unless it is older than the user's place. */
  hear(message: ServerMessage): void {
    const counts = message.type === "told" ||
      message.type === "said" && message.earlier !== true ||
      message.type === "refused" &&
        (message.re === "say" || message.re === "tell");
    if (counts) this.#received++;
  }

  /** Keeps a message that the client sends now. */
  speak(speech: Speech): void {
    this.#said++;
    this.#unconfirmed.push(speech);
  }

  /** Forgets the first `said` messages, which the server has handled. */
  confirm(said: number): void {
    const count = Math.min(said, this.#said) - this.#handled;
    if (count <= 0) return;
    this.#handled += count;
    this.#unconfirmed.splice(0, count);
  }

  /** Takes the place that a welcome gives, and says what to do with unconfirmed messages. */
  begin(
    { token, resumed = false, handled = 0, lost = 0, start }: Welcome,
  ): Beginning {
    const isSame = resumed && token !== undefined && token === this.#token;
    const isRestored = this.#isRestored;
    this.#isRestored = false;
    const isReturn = this.#token !== undefined && !isRestored;
    const gap = start !== this.#start
      ? "restarted"
      : start === undefined
      ? "unknown"
      : "forgotten";
    this.#token = token;
    this.#start = start;
    if (isSame) {
      this.#received += lost;
      // Only the earlier run knows what it has sent.
      if (isRestored) this.#said = this.#handled = handled;
      this.confirm(handled);
      return { again: [...this.#unconfirmed], unsure: [] };
    }
    const unsure = this.#unconfirmed;
    this.#unconfirmed = [];
    this.#received = this.#said = this.#handled = 0;
    return { again: [], unsure, ...(isReturn && { gap }) };
  }
}
