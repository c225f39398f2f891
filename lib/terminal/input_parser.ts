/** Input from a terminal: keys, pasted text, and the cursor position. */
export type Input =
  | { readonly kind: "keys"; readonly text: string }
  /** `text` is at most {@linkcode MAX_PASTE_LENGTH} of `length` UTF-16 units. */
  | { readonly kind: "paste"; readonly text: string; readonly length: number }
  /** Row and column from 0. */
  | {
    readonly kind: "position";
    readonly row: number;
    readonly column: number;
  };

/** Asks the terminal to mark pasted text, and to stop marking it. */
export const BRACKETED_PASTE = { on: "\x1b[?2004h", off: "\x1b[?2004l" };

/** Asks the terminal for the cursor position. */
export const ASK_POSITION = "\x1b[6n";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/**
 * Most UTF-16 units kept of one paste: over twenty times what a message holds. The rest
 * is counted and dropped.
 */
export const MAX_PASTE_LENGTH = 1024 * 1024;

/** `ESC [ row ; column R`: the answer to {@linkcode ASK_POSITION}. */
// deno-lint-ignore no-control-regex -- the codes of a terminal
const POSITION = /\x1b\[(\d{1,5});(\d{1,5})R/;

/**
 * The end of a piece that may begin a paste or a position. A lone Escape waits, too: it
 * means nothing without the next key.
 */
// deno-lint-ignore no-control-regex -- the codes of a terminal
const OPEN_CODE = /\x1b(?:\[[\d;]{0,12})?$/;

/**
 * Tells keys, pastes and positions apart, however the input is split. The terminal
 * marks a paste (bracketed paste); `burst.ts` recognises pasted lines without marks.
 */
export class InputParser {
  readonly #decoder = new TextDecoder();
  /** The possible beginning of a code. */
  #held = "";
  #pasted: string[] | undefined;
  #pastedLength = 0;
  /**
   * Whether the program has asked for the cursor position; Shift+F3 looks like an
   * answer.
   */
  expectsPosition = false;

  /** Whether Escape has arrived, and not the next key. */
  get holdsEscape(): boolean {
    return this.#held === "\x1b" && this.#pasted === undefined;
  }

  /** Drops an Escape that waits for the next key. */
  dropEscape(): void {
    if (this.holdsEscape) this.#held = "";
  }

  /** Returns the inputs that `chunk` completes. */
  push(chunk: Uint8Array | string): Input[] {
    const text = typeof chunk === "string"
      ? chunk
      : this.#decoder.decode(chunk, { stream: true });
    const inputs: Input[] = [];
    let rest = this.#held + text;
    this.#held = "";
    while (rest !== "") {
      rest = this.#pasted === undefined
        ? this.#readKeys(rest, inputs)
        : this.#readPaste(rest, inputs);
    }
    return inputs;
  }

  /** Reads the keys before the next paste. Returns the rest of `text`. */
  #readKeys(text: string, inputs: Input[]): string {
    const start = text.indexOf(PASTE_START);
    const keys = start === -1 ? text : text.slice(0, start);
    if (start !== -1) this.#pasted = [];
    const open = start === -1 ? OPEN_CODE.exec(keys) : null;
    this.#held = open?.[0] ?? "";
    this.#addKeys(open === null ? keys : keys.slice(0, open.index), inputs);
    return start === -1 ? "" : text.slice(start + PASTE_START.length);
  }

  #addKeys(text: string, inputs: Input[]): void {
    const found = this.expectsPosition ? POSITION.exec(text) : null;
    if (found === null) {
      if (text !== "") inputs.push({ kind: "keys", text });
      return;
    }
    const [code, row, column] = found;
    this.expectsPosition = false;
    this.#addKeys(text.slice(0, found.index), inputs);
    inputs.push({
      kind: "position",
      row: Number(row) - 1,
      column: Number(column) - 1,
    });
    this.#addKeys(text.slice(found.index + code.length), inputs);
  }

  #readPaste(text: string, inputs: Input[]): string {
    const end = text.indexOf(PASTE_END);
    if (end === -1) {
      const kept = text.length - beginningOf(PASTE_END, text);
      this.#held = text.slice(kept);
      this.#collect(text.slice(0, kept));
      return "";
    }
    this.#collect(text.slice(0, end));
    inputs.push({
      kind: "paste",
      text: this.#pasted!.join(""),
      length: this.#pastedLength,
    });
    this.#pasted = undefined;
    this.#pastedLength = 0;
    return text.slice(end + PASTE_END.length);
  }

  #collect(text: string): void {
    const room = MAX_PASTE_LENGTH - this.#pastedLength;
    if (room > 0) this.#pasted!.push(text.slice(0, room));
    this.#pastedLength += text.length;
  }
}

/**
 * Returns pasted text as a draft takes it: line ends are `\n`, control characters are
 * removed.
 */
export function cleanPaste(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\n+$/, "")
    // deno-lint-ignore no-control-regex -- control characters are what it looks for
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "");
}

/** Returns how many of the last characters of `text` may begin `marker`. */
function beginningOf(marker: string, text: string): number {
  for (let length = marker.length - 1; length >= 1; length--) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}
