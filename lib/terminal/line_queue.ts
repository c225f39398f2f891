/** Typed lines that have not been taken yet, in order. It ends once. */
export class LineQueue<Line = string> {
  #lines: Line[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  add(line: Line): void {
    this.#lines.push(line);
    this.#wake.resolve();
  }

  /** Puts back lines that were taken and not used, in front of the others. */
  putBack(lines: readonly Line[]): void {
    this.#lines = [...lines, ...this.#lines];
    this.#wake.resolve();
  }

  /** Takes all queued lines. */
  takeRest(): Line[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** Ends the queue. Queued lines can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  /**
   * Yields the lines until the end, or until `signal` aborts: the rest then stays
   * queued.
   */
  async *lines(signal: AbortSignal): AsyncGenerator<Line> {
    const wake = () => this.#wake.resolve();
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!signal.aborted) {
        const line = this.#lines.shift();
        if (line !== undefined) {
          yield line;
        } else if (this.#ended) {
          return;
        } else {
          await this.#wake.promise;
          this.#wake = Promise.withResolvers();
        }
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }
}
