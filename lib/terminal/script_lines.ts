import { detectEncoding, type ScriptEncoding } from "./script_encoding.ts";

/** A source of bytes; `Deno.stdin` fits. */
export type ByteSource = { read(bytes: Uint8Array): Promise<number | null> };

/** One line of a script, or the problem with it: a sentence with the line's number. */
export type ScriptLine =
  | { readonly text: string; readonly problem?: undefined }
  | {
    readonly text?: undefined;
    readonly problem: string;
    /** The start of a line that is too long. */
    readonly start?: string;
  };

/** Longest line, in UTF-16 units: more than a message holds. */
const MAX_LINE_LENGTH = 64 * 1024;

/**
 * Longest line in bytes, in any encoding: a UTF-16 unit takes at most three in UTF-8.
 */
const MAX_LINE_BYTES = 3 * MAX_LINE_LENGTH;

/** Bytes kept of a line that is too long: enough for a command and a name. */
const START_LENGTH = 1024;

const READ_LENGTH = 4 * 1024;

/** The end-of-input mark of DOS, which Windows and Wine still write. */
const CTRL_Z = "\x1a";

/**
 * The end-of-input mark at the end of a line, possibly repeated: CP/M filled its blocks
 * with it.
 */
// deno-lint-ignore no-control-regex -- a control character is what it looks for
const END_MARK = /\x1a[\x1a\s]*$/;

const LINE_FEED = 0x0a;

/** Control characters that no text needs: C0 without the tab, DEL, and C1. */
// deno-lint-ignore no-control-regex -- control characters are what it looks for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/;

/**
 * Cuts the bytes of a script into lines. Decodes only unambiguous encodings: UTF-8 and
 * UTF-16, with or without a byte order mark. Decodes a line once it is complete, so
 * that it does not matter how the bytes are split. Takes time linear in their number.
 */
export class ScriptLines {
  /** `undefined` until the first bytes show it. */
  #encoding: ScriptEncoding | undefined;
  /** Bytes that need more bytes: the first ones of a script, or half a UTF-16 unit. */
  #held: Uint8Array = new Uint8Array(0);
  /** The incomplete line. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  #start = "";
  #number = 0;
  #ended = false;
  /** Number of the line with the end mark: text after it is an error. */
  #markedAt: number | undefined;
  readonly #endsAtMark: boolean;

  /** With `endsAtMark`, the script ends at its end mark, as where Ctrl+Z is a key. */
  constructor({ endsAtMark = false } = {}) {
    this.#endsAtMark = endsAtMark;
  }

  /**
   * Whether the script has ended, or it is unsafe to carry out anything after its last
   * line.
   */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether an incomplete line is pending. */
  get isInLine(): boolean {
    return this.#length > 0 || this.#held.length > 0;
  }

  /** Returns the lines that `bytes` complete. */
  push(bytes: Uint8Array): ScriptLine[] {
    return [...this.#push(bytes, false)];
  }

  /** Ends the script; returns the last line if it has no line end. */
  end(): ScriptLine[] {
    const lines = [...this.#push(new Uint8Array(0), true)];
    // Half a UTF-16 unit is kept, so that the line fails to decode and is reported.
    this.#keep(this.#held);
    if (!this.#ended && this.#length > 0) lines.push(...this.#take());
    this.#ended = true;
    return lines;
  }

  *#push(bytes: Uint8Array, isWhole: boolean): Generator<ScriptLine> {
    let rest = join([this.#held, bytes]);
    this.#held = new Uint8Array(0);
    if (this.#encoding === undefined) {
      const found = detectEncoding(rest, { isWhole });
      if (found === undefined) return void (this.#held = rest);
      this.#encoding = found.encoding;
      rest = rest.subarray(found.markLength);
    }
    if (this.#encoding !== "utf-8" && rest.length % 2 === 1) {
      this.#held = rest.slice(-1);
      rest = rest.subarray(0, -1);
    }
    while (!this.#ended) {
      const end = this.#lineEnd(rest);
      if (end === 0) return this.#keep(rest);
      this.#keep(rest.subarray(0, end));
      rest = rest.subarray(end);
      yield* this.#take();
    }
  }

  /**
   * Returns where the first line of `bytes` ends, after its line feed; 0 if it does not
   * end.
   */
  #lineEnd(bytes: Uint8Array): number {
    if (this.#encoding === "utf-8") return bytes.indexOf(LINE_FEED) + 1;
    const low = this.#encoding === "utf-16le" ? 0 : 1;
    for (let at = 0; at < bytes.length; at += 2) {
      if (bytes[at + low] === LINE_FEED && bytes[at + 1 - low] === 0) {
        return at + 2;
      }
    }
    return 0;
  }

  #keep(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > MAX_LINE_BYTES) this.#cutShort(piece);
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  /** Handles a line that is too long: keeps only its start. */
  #cutShort(piece: Uint8Array): void {
    if (this.#start === "") {
      const bytes = join([...this.#pieces, piece]).subarray(0, START_LENGTH);
      this.#start = new TextDecoder(this.#encoding).decode(bytes);
    }
    this.#pieces = [];
  }

  /** Yields the line that is now complete. */
  *#take(): Generator<ScriptLine> {
    const bytes = join(this.#pieces);
    const isTooLong = this.#length > MAX_LINE_BYTES;
    let start = this.#start;
    this.#start = "";
    this.#pieces = [];
    this.#length = 0;
    this.#number++;
    let text: string;
    try {
      text = decode(bytes, this.#encoding!);
    } catch {
      const name = this.#encoding === "utf-8" ? "UTF-8" : "complete UTF-16";
      return yield this.#stop(`is not ${name}`, "save the file as UTF-8");
    }
    if (isTooLong || text.length > MAX_LINE_LENGTH) {
      if (start === "") start = text.slice(0, START_LENGTH);
      if (this.#markedAt !== undefined) return yield this.#stopAfterMark();
      return yield {
        start,
        problem: `Line ${this.#number} is left out: it has more than ` +
          `${MAX_LINE_LENGTH} characters. Send it in parts`,
      };
    }
    yield* this.#read(text);
  }

  /** Removes the line end, and refuses control characters. */
  *#read(line: string): Generator<ScriptLine> {
    // A script joined from several files has byte order marks in the middle.
    let text = line.replace(/\r*\n?$/, "").replace(/^\ufeff+/, "");
    if (this.#markedAt !== undefined) {
      const isEmpty = text.replaceAll(CTRL_Z, "").trim() === "";
      return isEmpty ? undefined : yield this.#stopAfterMark();
    }
    const [mark] = END_MARK.exec(text) ?? [];
    if (mark !== undefined) {
      this.#markedAt = this.#number;
      this.#ended = this.#endsAtMark;
      text = text.slice(0, -mark.length);
      if (text.trim() === "") return;
    }
    const [control] = CONTROL.exec(text) ?? [];
    if (control === undefined) return yield { text };
    yield this.#stop(
      `has the control character ${codeOf(control)} in it`,
      control === "\r"
        ? "save the file with the line ends of Unix or Windows"
        : "remove it, or save the file as UTF-8",
    );
  }

  #stopAfterMark(): ScriptLine {
    return this.#stop(
      `comes after the end mark Ctrl+Z of line ${this.#markedAt}, so the script ` +
        "ends there",
      "remove the mark",
    );
  }

  #stop(what: string, remedy: string): ScriptLine {
    this.#ended = true;
    return { problem: `Line ${this.#number} ${what}: ${remedy}` };
  }
}

/**
 * Yields the lines of `source` until its end, or until a line is unsafe to carry out. A
 * read error counts as the end.
 */
export async function* readScript(
  source: ByteSource,
): AsyncGenerator<ScriptLine> {
  const lines = new ScriptLines();
  const buffer = new Uint8Array(READ_LENGTH);
  while (!lines.ended) {
    const length = await source.read(buffer).catch(() => null);
    if (length === null) return yield* lines.end();
    yield* lines.push(buffer.subarray(0, length));
  }
}

/** Throws `TypeError` if `bytes` are not a text in this encoding. */
function decode(bytes: Uint8Array, encoding: ScriptEncoding): string {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
    .decode(bytes);
}

function codeOf(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase();
  return `U+${code.padStart(4, "0")}`;
}

/** Joins the pieces into a copy: the buffer they were read into is reused. */
function join(pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
