/**
 * Limits how far ahead of its receiver a transfer may be. Without a window the buffers
 * of both systems fill with file bytes, and a chat message waits behind all of them.
 */
export class TransferWindow {
  readonly #size: number;
  #taken = 0;
  #waiting: { sent: number; resolve: () => void } | undefined;

  /** `size` in bytes; `Infinity` if the receiver does not report its progress. */
  constructor(size: number) {
    this.#size = size;
  }

  /** How many bytes the receiver has taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Notes that the receiver has taken `total` bytes so far; ignores a smaller total.
   */
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
