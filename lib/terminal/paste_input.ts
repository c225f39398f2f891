import { Transform } from "node:stream";

/** What stands for a new line within the line that is being typed. */
export const NEWLINE_MARK = "¶";

/** Asks the terminal to mark what is pasted, and to stop marking it. */
export const BRACKETED_PASTE = { on: "\x1b[?2004h", off: "\x1b[?2004l" };

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** A paste this long is cut: no message could hold it, and a line is not a file. */
const MAX_PASTE_LENGTH = 64 * 1024;

/**
 * The keyboard, with pasted text made into one line: a new line in it becomes
 * {@linkcode NEWLINE_MARK} instead of sending what stands before it, and control
 * characters in it press no keys. For terminals that mark what is pasted
 * (bracketed paste); on others a pasted line is a typed line.
 */
export class PasteInput extends Transform {
  /** `node:readline` asks. */
  readonly isTTY = true;
  readonly #source: RawSource;
  readonly #decoder = new TextDecoder();
  /** What may be the beginning of a marker. */
  #held = "";
  #pasted: string | undefined;

  constructor(source: RawSource) {
    super({ decodeStrings: false });
    this.#source = source;
  }

  /** For `node:readline`: keys as they are pressed, or whole lines. */
  setRawMode(raw: boolean): this {
    this.#source.setRawMode?.(raw);
    return this;
  }

  override _transform(
    chunk: Uint8Array | string,
    _encoding: string,
    done: (error: null, text?: string) => void,
  ): void {
    const text = typeof chunk === "string"
      ? chunk
      : this.#decoder.decode(chunk, { stream: true });
    done(null, this.#filter(this.#held + text));
  }

  #filter(text: string): string {
    let typed = "";
    this.#held = "";
    for (;;) {
      const pasting = this.#pasted !== undefined;
      const marker = pasting ? PASTE_END : PASTE_START;
      const at = text.indexOf(marker);
      if (at === -1) {
        // A lone Escape is a key, but not within a paste.
        const least = pasting ? 1 : 2;
        const kept = text.length - beginningOf(marker, text, least);
        this.#held = text.slice(kept);
        text = text.slice(0, kept);
        if (pasting) this.#collect(text);
        else typed += text;
        return typed;
      }
      if (pasting) {
        this.#collect(text.slice(0, at));
        typed += asOneLine(this.#pasted!);
        this.#pasted = undefined;
      } else {
        typed += text.slice(0, at);
        this.#pasted = "";
      }
      text = text.slice(at + marker.length);
    }
  }

  #collect(text: string): void {
    this.#pasted = (this.#pasted + text).slice(0, MAX_PASTE_LENGTH);
  }
}

/** What it needs of `process.stdin`. */
export type RawSource = { setRawMode?(raw: boolean): unknown };

/** How many of the last characters of `text`, at least `least`, may begin `marker`. */
function beginningOf(marker: string, text: string, least: number): number {
  for (let length = marker.length - 1; length >= least; length--) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}

function asOneLine(pasted: string): string {
  return pasted
    .replace(/(?:\r\n|\r|\n)+$/, "")
    .replace(/\r\n|\r|\n/g, NEWLINE_MARK)
    .replace(/\t/g, "  ")
    // deno-lint-ignore no-control-regex -- control characters are what it looks for
    .replace(/[\x00-\x1f\x7f-\x9f]/g, "");
}
