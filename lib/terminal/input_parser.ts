/** What a terminal sends: keys, pasted text, and where the cursor is. */
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

/** Asks the terminal to mark what is pasted, and to stop marking it. */
export const BRACKETED_PASTE = { on: "\x1b[?2004h", off: "\x1b[?2004l" };

/** Asks the terminal where the cursor is. */
export const ASK_POSITION = "\x1b[6n";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/**
 * Most UTF-16 units of one paste that are kept: no message holds a twentieth of
 * it. The rest is counted and dropped.
 */
export const MAX_PASTE_LENGTH = 1024 * 1024;

/** `ESC [ row ; column R`: the answer to {@linkcode ASK_POSITION}. */
// deno-lint-ignore no-control-regex -- the codes of a terminal
const POSITION = /\x1b\[(\d{1,5});(\d{1,5})R/;

/**
 * What may be the beginning of a paste or of a position, at the end of a piece. A
 * lone Escape waits, too: here it means nothing without the key that follows.
 */
// deno-lint-ignore no-control-regex -- the codes of a terminal
const OPEN_CODE = /\x1b(?:\[[\d;]{0,12})?$/;

/**
 * Tells apart what comes from a terminal, however it is cut into pieces. A paste
 * is marked by the terminal (bracketed paste); how lines that are not marked are
 * recognised is the business of `burst.ts`.
 */
export class InputParser {
  readonly #decoder = new TextDecoder();
  /** What may be the beginning of a code. */
  #held = "";
  #pasted: string[] | undefined;
  #pastedLength = 0;
  /** Whether an answer about the cursor is expected; F3 with Shift looks like one. */
  expectsPosition = false;

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

  /** Returns what is left. */
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

/** Pasted text as it goes into a draft: line ends are `\n`, control characters press no keys. */
export function cleanPaste(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\n+$/, "")
    // deno-lint-ignore no-control-regex -- control characters are what it looks for
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "");
}

/** How many of the last characters of `text` may begin `marker`. */
function beginningOf(marker: string, text: string): number {
  for (let length = marker.length - 1; length >= 1; length--) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}
