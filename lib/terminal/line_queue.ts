/** Lines that were typed and are not taken yet, in their order; ends once. */
export class LineQueue {
  #lines: string[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  add(line: string): void {
    this.#lines.push(line);
    this.#wake.resolve();
  }

  /** Puts lines back that were taken and not used: they come next. */
  putBack(lines: readonly string[]): void {
    this.#lines = [...lines, ...this.#lines];
    this.#wake.resolve();
  }

  /** No more will come; what is there can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  /** Line after line until the end, or until `signal` aborts: then the rest stays. */
  async *lines(signal: AbortSignal): AsyncGenerator<string> {
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
