import type { ClientMessage, ServerMessage } from "../messages.ts";

/** Something said: to all, or to one. */
export type Speech = Extract<ClientMessage, { type: "say" | "tell" }>;

type Welcome = Extract<ServerMessage, { type: "welcome" }>;

/**
 * A place in the chat, as its owner sees it: it outlives a lost connection. Both
 * sides count, so that after it nothing is missing and nothing comes twice.
 */
export class Membership {
  #token: string | undefined;
  /** How many chat messages have come. */
  #received = 0;
  /** How many were said, and how many of them the server is known to have dealt with. */
  #said = 0;
  #handled = 0;
  /** Those said after that, the oldest first. */
  #unconfirmed: Speech[] = [];

  /** Whether there is a place to go back to. */
  get isKnown(): boolean {
    return this.#token !== undefined;
  }

  /** What a `hello` needs to take the place back, or to get one that can be taken back. */
  get proof(): { token: string; received?: number } {
    return this.#token === undefined
      ? { token: "" }
      : { token: this.#token, received: this.#received };
  }

  /** How many were said so far. */
  get said(): number {
    return this.#said;
  }

  /** How many were said that the server may not know. */
  get unconfirmed(): number {
    return this.#unconfirmed.length;
  }

  /** Something came. What was said before this one was here does not count. */
  hear(message: ServerMessage): void {
    const counts = message.type === "told" ||
      message.type === "said" && message.earlier !== true ||
      message.type === "refused" &&
        (message.re === "say" || message.re === "tell");
    if (counts) this.#received++;
  }

  /** Something is said. */
  speak(speech: Speech): void {
    this.#said++;
    this.#unconfirmed.push(speech);
  }

  /** The server has dealt with the first `said` of all. */
  confirm(said: number): void {
    const count = Math.min(said, this.#said) - this.#handled;
    if (count <= 0) return;
    this.#handled += count;
    this.#unconfirmed.splice(0, count);
  }

  /**
   * The server has said welcome. If this is the place of before, `again` has not
   * reached it and must be said again; if it is a new one, `unsure` may have
   * reached the others or not.
   */
  begin(
    { token, resumed = false, handled = 0, lost = 0 }: Welcome,
  ): { again: readonly Speech[]; unsure: readonly Speech[] } {
    const isSame = resumed && token !== undefined && token === this.#token;
    this.#token = token;
    if (isSame) {
      this.#received += lost;
      this.confirm(handled);
      return { again: [...this.#unconfirmed], unsure: [] };
    }
    const unsure = this.#unconfirmed;
    this.#unconfirmed = [];
    this.#received = this.#said = this.#handled = 0;
    return { again: [], unsure };
  }
}
