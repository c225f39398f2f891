import { setImmediate } from "node:timers";

/** A client that bytes are sent to; `Connection` fits. */
export type Receiver = {
  readonly queuedLength: number;
  readonly sentLength: number;
  /** Resolves when fewer than `below` bytes wait, or the connection has ended. */
  room(below: number): Promise<void>;
  /** Cuts the client off. */
  cut(reason: string): void;
};

/** A receiver is behind once more than this waits for it, in bytes. */
const HIGH_MARK = 1024 * 1024;

/** A receiver has caught up once less than this waits for it, in bytes. */
const LOW_MARK = 256 * 1024;

/**
 * How often receivers that are behind are checked, in milliseconds. A check that
 * comes late because the server was busy counts once: that is not their delay.
 */
const LOOK_INTERVAL = 10;

/** Checks in a row without a byte taken, 80 ms in all, after which a pause ends. */
const PATIENCE = 8;

/** Checks after which a receiver that is still behind is cut off: 20 s, less than 40 KB a second. */
const MAX_LOOKS_BEHIND = 2_000;

/**
 * Most bytes of floods taken in one turn, from all senders together: they all wait
 * for each receiver before any receiver can be seen to be behind.
 */
const TURN_LENGTH = 512 * 1024;

/** What is known of a receiver that is behind. */
type Watch = { sentLength: number; looks: number; idleLooks: number };

/**
 * Slows down senders that flood, so that receivers that do read are not cut off.
 *
 * The server pauses before it reads on from a flooding sender, as long as a
 * receiver that is behind still takes bytes. If none does, the pause ends after
 * 80 ms: everyone else hears on, and what waits for a receiver that stands still
 * grows slowly, up to the limit in bytes or in time. Other senders never wait.
 */
export class Backpressure {
  readonly #inputAndOutput: () => Promise<void>;
  readonly #behind = new Map<Receiver, Watch>();
  #pauses: { looks: number; end: () => void }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes of floods taken in the present turn. */
  #taken = 0;
  #nextTurn = Promise.resolve();

  /** `inputAndOutput` resolves when the system has had a turn: reads, writes, timers. */
  constructor(inputAndOutput: () => Promise<void> = oneTurn) {
    this.#inputAndOutput = inputAndOutput;
  }

  /** Checks a receiver after something was queued for it. */
  note(receiver: Receiver): void {
    if (receiver.queuedLength <= HIGH_MARK || this.#behind.has(receiver)) {
      return;
    }
    const { sentLength } = receiver;
    this.#behind.set(receiver, { sentLength, looks: 0, idleLooks: 0 });
    this.#timer ??= setTimeout(() => this.#look(), LOOK_INTERVAL);
    void receiver.room(LOW_MARK).then(() => this.#caughtUp(receiver));
  }

  /** Resolves when a flooding sender may be read on. Never rejects. */
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
    await this.#inputAndOutput();
    this.#taken = 0;
  }

  #caughtUp(receiver: Receiver): void {
    this.#behind.delete(receiver);
    if (this.#behind.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#endPauses(() => true);
  }

  #look(): void {
    this.#timer = setTimeout(() => this.#look(), LOOK_INTERVAL);
    let someoneReads = false;
    for (const [receiver, watch] of this.#behind) {
      const reads = receiver.sentLength !== watch.sentLength;
      watch.sentLength = receiver.sentLength;
      watch.idleLooks = reads ? 0 : watch.idleLooks + 1;
      if (watch.idleLooks < PATIENCE) someoneReads = true;
      if (++watch.looks >= MAX_LOOKS_BEHIND) receiver.cut("too slow");
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

function oneTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
