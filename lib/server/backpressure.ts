import { setImmediate } from "node:timers";

/** What it needs to know of a receiver; `Connection` fits. */
export type Receiver = {
  readonly queuedLength: number;
  readonly sentLength: number;
  /** Resolves when fewer than `below` bytes wait, or it has ended. */
  room(below: number): Promise<void>;
  /** Cuts it off. */
  cut(reason: string): void;
};

/** A receiver for whom more than this waits is behind, in bytes. */
const HIGH_MARK = 1024 * 1024;

/** ... until it has only this much left. */
const LOW_MARK = 256 * 1024;

/**
 * How often those behind are looked at, in milliseconds. A look that comes late,
 * because the server itself was busy, counts as one: its own work is nobody's delay.
 */
const LOOK_INTERVAL = 10;

/** So many looks in a row without a byte taken, 80 ms, and a pause ends all the same. */
const PATIENCE = 8;

/** Who is behind for so many looks, 20 s, reads less than 40 KB a second, and is cut off. */
const MAX_LOOKS_BEHIND = 2_000;

/**
 * Most bytes of floods that are taken in one turn, whatever the number of senders:
 * all of it waits for each receiver before the first of them can be seen as behind.
 */
const TURN_LENGTH = 512 * 1024;

/** One who is behind. */
type Watch = { sentLength: number; looks: number; idleLooks: number };

/**
 * Slows down those who flood, so that receivers who do read are not cut off.
 *
 * A flooding sender pauses before it reads on, as long as somebody behind still
 * takes bytes. Where nobody does, it pauses for 80 ms and then goes on: so the
 * rest hears on, and what waits for the one that stands still grows slowly, up
 * to the limit in bytes or in time. Those who do not flood never wait.
 */
export class Backpressure {
  readonly #inputAndOutput: () => Promise<void>;
  readonly #behind = new Map<Receiver, Watch>();
  #pauses: { looks: number; end: () => void }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes of floods taken in this turn. */
  #taken = 0;
  #nextTurn = Promise.resolve();

  /** `inputAndOutput` resolves when the system has had a turn: reads, writes, timers. */
  constructor(inputAndOutput: () => Promise<void> = oneTurn) {
    this.#inputAndOutput = inputAndOutput;
  }

  /** Looks at a receiver after something was queued for it. */
  note(receiver: Receiver): void {
    if (receiver.queuedLength <= HIGH_MARK || this.#behind.has(receiver)) {
      return;
    }
    const { sentLength } = receiver;
    this.#behind.set(receiver, { sentLength, looks: 0, idleLooks: 0 });
    this.#timer ??= setTimeout(() => this.#look(), LOOK_INTERVAL);
    void receiver.room(LOW_MARK).then(() => this.#caughtUp(receiver));
  }

  /** For a sender who floods, before it reads on. Never rejects. */
  relief(): Promise<void> {
    if (this.#behind.size === 0) return Promise.resolve();
    return new Promise((end) => this.#pauses.push({ looks: 0, end }));
  }

  /** For a sender who has sent `length` bytes at once, before they are passed on. Never rejects. */
  async turn(length: number): Promise<void> {
    while (this.#taken >= TURN_LENGTH) {
      await this.#nextTurn;
      await this.relief();
    }
    if (this.#taken === 0) this.#nextTurn = this.#endOfTurn();
    this.#taken += length;
  }

  /** After what has arrived by now, and all that waits to be written, had its turn. */
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
