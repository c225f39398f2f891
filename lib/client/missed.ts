/** Text that is kept for a window that takes nothing, in UTF-16 units: a long lesson. */
const MAX_KEPT_LENGTH = 2 * 1024 * 1024;

/** How many lines are kept, and how many older ones are no longer. */
export type Missed = { readonly kept: number; readonly forgotten: number };

/**
 * What was left out because the window took no bytes for seconds: rows, as they
 * would have looked. The oldest are forgotten first, and counted.
 */
export class MissedLines {
  #texts: string[] = [];
  #length = 0;
  #forgotten = 0;

  /** Keeps rows that were not shown. */
  keep(text: string): void {
    this.#texts.push(text);
    this.#length += text.length;
    while (this.#length > MAX_KEPT_LENGTH && this.#texts.length > 1) {
      this.#length -= this.#texts.shift()!.length;
      this.#forgotten++;
    }
  }

  /** Hands what is kept to `show`, oldest first, and keeps it no longer. */
  take(show: (text: string) => void): Missed {
    const texts = this.#texts;
    const missed = { kept: texts.length, forgotten: this.#forgotten };
    this.#texts = [];
    this.#length = 0;
    this.#forgotten = 0;
    texts.forEach(show);
    return missed;
  }
}
