/**
 * Milliseconds between two keys below which both count as pasted: a typist needs 30 or
 * more for a key.
 */
const BURST_GAP = 10;

/**
 * Longest gap within a paste, in milliseconds: a busy computer pauses between two
 * pieces.
 */
const PASTE_GAP = 50;

/** Keys that are not text: a paste without marks has none of them. */
// deno-lint-ignore no-control-regex -- the keys of a terminal
const CONTROL_KEY = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const LINE_END = /[\r\n]/;

/** A line end with text after it. */
const SEVERAL_LINES = /[\r\n](?=[^\r\n])/;

export type BurstOwner = {
  onKeys(text: string): void;
  onPaste(text: string): void;
};

export type BurstOptions = {
  /**
   * Whether a paste may arrive as single keys, as from a Windows console: a line end
   * then waits a moment for what may follow. Elsewhere a paste arrives in one piece, or
   * in pieces that hold several lines.
   */
  readonly byTime?: boolean;
  readonly now?: () => number;
};

/**
 * Recognises pasted lines where the terminal does not mark them, as in the classic
 * Windows console: several lines that arrive within one burst are one paste. All other
 * keys pass at once.
 */
export class Burst implements Disposable {
  readonly #owner: BurstOwner;
  readonly #byTime: boolean;
  readonly #now: () => number;
  #held = "";
  #isPaste = false;
  #lastAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    owner: BurstOwner,
    { byTime = false, now = () => performance.now() }: BurstOptions = {},
  ) {
    this.#owner = owner;
    this.#byTime = byTime;
    this.#now = now;
  }

  push(text: string): void {
    const now = this.#now();
    const isFast = now - this.#lastAt < BURST_GAP;
    this.#lastAt = now;
    if (
      CONTROL_KEY.test(text) || this.#held === "" && !this.#waits(text, isFast)
    ) {
      this.flush();
      this.#owner.onKeys(text);
      return;
    }
    this.#held += text;
    this.#isPaste ||= SEVERAL_LINES.test(this.#held.slice(-text.length - 1));
    clearTimeout(this.#timer);
    const gap = this.#isPaste ? PASTE_GAP : BURST_GAP;
    this.#timer = setTimeout(() => this.flush(), gap);
  }

  /** Returns whether `text` may be the beginning of a paste. */
  #waits(text: string, isFast: boolean): boolean {
    if (SEVERAL_LINES.test(text)) return true;
    const isOneKey = text.length === 1 && !isFast;
    return this.#byTime && !isOneKey && LINE_END.test(text);
  }

  /** Passes on the keys that are waiting. */
  flush(): void {
    clearTimeout(this.#timer);
    const held = this.#held;
    const isPaste = this.#isPaste;
    this.#held = "";
    this.#isPaste = false;
    if (isPaste) this.#owner.onPaste(held);
    else if (held !== "") this.#owner.onKeys(held);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#held = "";
    this.#isPaste = false;
  }
}
