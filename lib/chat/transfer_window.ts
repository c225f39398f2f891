/**
 * How far ahead of its receiver a transfer may be. Without it the buffers of both
 * systems fill with file bytes, and a line of chat waits behind all of them.
 */
export class TransferWindow {
  readonly #size: number;
  #taken = 0;
  #waiting: { sent: number; resolve: () => void } | undefined;

  /** `size` in bytes; `Infinity` if the receiver does not say what it has taken. */
  constructor(size: number) {
    this.#size = size;
  }

  /** The receiver has taken `total` bytes so far. Less than before counts for nothing. */
  took(total: number): void {
    this.#taken = Math.max(this.#taken, total);
    const waiting = this.#waiting;
    if (waiting === undefined || !this.#isOpen(waiting.sent)) return;
    this.#waiting = undefined;
    waiting.resolve();
  }

  /** Resolves when more may be sent after `sent` bytes. For one caller at a time. */
  room(sent: number): Promise<void> {
    if (this.#isOpen(sent)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting = { sent, resolve });
  }

  #isOpen(sent: number): boolean {
    return sent - this.#taken < this.#size;
  }
}
