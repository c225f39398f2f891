import { TAG } from "./der.ts";

/**
 * Reads DER, one element after the other. The bytes may be damaged: each call throws
 * `TypeError` for anything but the wished element in its only valid form.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether every element was read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Returns the content of the next element. */
  content(tag: number): Uint8Array {
    return this.#next(tag).content;
  }

  /** Returns the next element with its tag and length. */
  whole(tag: number): Uint8Array {
    return this.#next(tag).whole;
  }

  /** Returns a reader of the content of the next element. */
  enter(tag: number): DerReader {
    return new DerReader(this.content(tag));
  }

  /** Reads a time; returns milliseconds since 1970. */
  time(): number {
    const isShort = this.#bytes[this.#at] === TAG.utcTime;
    const bytes = this.content(isShort ? TAG.utcTime : TAG.generalizedTime);
    const text = new TextDecoder().decode(bytes);
    const digits = isShort ? `${text < "50" ? "20" : "19"}${text}` : text;
    const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
    if (parts === null) throw wrong();
    const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
    return Date.UTC(year!, month! - 1, day, hour, minute, second);
  }

  #next(tag: number): { content: Uint8Array; whole: Uint8Array } {
    const start = this.#at;
    if (this.#byte() !== tag) throw wrong();
    const length = this.#length();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw wrong();
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return { content, whole: this.#bytes.subarray(start, end) };
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    // Three bytes are 16 MiB, far more than any certificate.
    const count = first - 0x80;
    if (count < 1 || count > 3) throw wrong();
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte();
    const isShortest = length >= 0x80 && length >= 256 ** (count - 1);
    if (!isShortest) throw wrong();
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw wrong();
    this.#at += 1;
    return byte;
  }
}

function wrong(): TypeError {
  return new TypeError("Cannot read DER: it is not the element expected");
}
