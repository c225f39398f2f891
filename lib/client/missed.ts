/** Most text kept for a window that stands still, in UTF-16 units: a long lesson. */
const MAX_KEPT_LENGTH = 2 * 1024 * 1024;

/** How many missed lines were kept, and how many older ones were forgotten. */
export type Missed = { readonly kept: number; readonly forgotten: number };

/**
 * The rows that a window left out because it took no bytes for seconds, ready to be
 * shown. It forgets the oldest rows first, and counts them.
 */
export class MissedLines {
  #texts: string[] = [];
  #length = 0;
  #forgotten = 0;

  /** Keeps rows that the window left out. */
  keep(text: string): void {
    this.#texts.push(text);
    this.#length += text.length;
    while (this.#length > MAX_KEPT_LENGTH && this.#texts.length > 1) {
      this.#length -= this.#texts.shift()!.length;
      this.#forgotten++;
    }
  }

  /** Passes the kept rows to `show`, the oldest first, and forgets them. */
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
