import type { EndReason } from "../net/end_reason.ts";
import { SystemTurns, type Turns } from "./system_turns.ts";

/** A client that receives bytes; `Connection` fits. */
export type Recipient = {
  readonly queuedLength: number;
  readonly sentLength: number;
  /** Resolves when fewer than `below` bytes are queued, or the connection has ended. */
  room(below: number): Promise<void>;
  /** Cuts the connection. */
  cut(reason: EndReason): void;
};

/** A recipient is behind when its queue exceeds this, in bytes. */
const HIGH_MARK = 1024 * 1024;

/** A recipient has caught up when its queue falls below this, in bytes. */
const LOW_MARK = 256 * 1024;

/**
 * How often recipients that are behind are checked, in milliseconds. A check that is
 * late because the server was busy counts once: the delay is not theirs.
 */
const LOOK_INTERVAL = 10;

/** Checks in a row without a byte taken, 80 ms in all, after which a pause ends. */
const PATIENCE = 8;

/**
 * Checks after which a recipient that is still behind is cut: 20 s, at less than 40 KB
 * a second.
 */
const MAX_LOOKS_BEHIND = 2_000;

/**
 * Most bytes of floods taken in one turn, from all senders together: all of them join
 * the queue of each recipient before the server can see that any recipient is behind.
 */
const TURN_LENGTH = 512 * 1024;

/** The progress of a recipient that is behind. */
type Watch = { sentLength: number; looks: number; idleLooks: number };

/**
 * Slows down senders that flood, so that recipients that do read are not cut.
 *
 * The server pauses before the next read from a flooding sender, as long as a recipient
 * that is behind still takes bytes. If none does, the pause ends after 80 ms: all other
 * recipients continue to receive, and the queue of a stalled recipient grows slowly, up
 * to the limit in bytes or in time. Other senders never wait.
 */
export class Backpressure {
  readonly #turns: Turns;
  readonly #behind = new Map<Recipient, Watch>();
  #pauses: { looks: number; end: () => void }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The bytes of floods taken in the current turn. */
  #taken = 0;
  #nextTurn = Promise.resolve();

  constructor(turns: Turns = new SystemTurns()) {
    this.#turns = turns;
  }

  /** Returns whether a recipient is behind. */
  get isBehind(): boolean {
    return this.#behind.size > 0;
  }

  /** Checks a recipient after something is queued for it. */
  note(recipient: Recipient): void {
    if (recipient.queuedLength <= HIGH_MARK || this.#behind.has(recipient)) {
      return;
    }
    const { sentLength } = recipient;
    this.#behind.set(recipient, { sentLength, looks: 0, idleLooks: 0 });
    this.#timer ??= setTimeout(() => this.#look(), LOOK_INTERVAL);
    void recipient.room(LOW_MARK).then(() => this.#caughtUp(recipient));
  }

  /** Resolves when the server may read again from a flooding sender. Never rejects. */
  relief(): Promise<void> {
    if (this.#behind.size === 0) return Promise.resolve();
    return new Promise((end) => this.#pauses.push({ looks: 0, end }));
  }

  /** Resolves when `length` bytes from one read may be passed on. Never rejects. */
  async turn(length: number): Promise<void> {
    while (this.#taken >= TURN_LENGTH) {
      await this.#nextTurn;
      await this.relief();
    }
    if (this.#taken === 0) this.#nextTurn = this.#endOfTurn();
    this.#taken += length;
  }

  /** Ends the turn once the system has read and written what it could. */
  async #endOfTurn(): Promise<void> {
    await this.#turns.turn();
    this.#taken = 0;
  }

  /** Waits for nothing more: all connections have ended. */
  close(): void {
    clearTimeout(this.#timer);
    this.#turns.close();
  }

  #caughtUp(recipient: Recipient): void {
    this.#behind.delete(recipient);
    if (this.#behind.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#endPauses(() => true);
  }

  #look(): void {
    this.#timer = setTimeout(() => this.#look(), LOOK_INTERVAL);
    let someoneReads = false;
    for (const [recipient, watch] of this.#behind) {
      const reads = recipient.sentLength !== watch.sentLength;
      watch.sentLength = recipient.sentLength;
      watch.idleLooks = reads ? 0 : watch.idleLooks + 1;
      if (watch.idleLooks < PATIENCE) someoneReads = true;
      if (++watch.looks >= MAX_LOOKS_BEHIND) recipient.cut({ kind: "slow" });
    }
    for (const pause of this.#pauses) pause.looks++;
    if (!someoneReads) this.#endPauses(({ looks }) => looks >= PATIENCE);
  }

  #endPauses(isOver: (pause: { looks: number }) => boolean): void {
    const pauses = this.#pauses;
    this.#pauses = [];
    for (const pause of pauses) {
      if (isOver(pause)) pause.end();
      else this.#pauses.push(pause);
    }
  }
}
