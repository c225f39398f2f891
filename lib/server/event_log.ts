import { quote } from "../display.ts";
import { copyPlain, type PlainText } from "../plain_say.ts";

/** Lines with plain texts are put together as bytes, so many at a time. */
const PLAIN_LENGTH = 256 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LINE_FEED = 0x0a;
const QUOTATION_MARK = 0x22;

/** Whom an event is about: the number of the session and the address of the peer. */
export type Origin = { readonly session: number; readonly from: string };

/** What is known of an event. Texts are escaped; never put file contents or secrets here. */
export type Details = Readonly<Record<string, string | number | undefined>>;

/** Where lines go; must not throw. */
export type LineSink = (lines: string) => void;

/**
 * The record of what happened, one escaped line for each event:
 *
 *     2026-11-23 06:35:58.123 +00:00 #3 127.0.0.1:53122 said from="Ann" to=all text="hi"
 *
 * Lines of one turn are handed on together, because a log pays by the record.
 */
export class EventLog {
  readonly #sink: LineSink;
  readonly #keepsPrivate: boolean;
  readonly #stamp = new Timestamp();
  #lines: string[] = [];
  #plain: Uint8Array | undefined;
  #plainEnd = 0;

  /** Without `keepsPrivate`, the length stands in the place of private texts. */
  constructor(sink: LineSink, { keepsPrivate = true } = {}) {
    this.#sink = sink;
    this.#keepsPrivate = keepsPrivate;
  }

  /** Notes a private message; see the option `keepsPrivate`. */
  writePrivate(
    event: string,
    { text, ...details }: Details & { readonly text: string },
    origin?: Origin,
  ): void {
    const shown = this.#keepsPrivate
      ? text
      : `private message (${[...text].length} characters)`;
    this.write(event, { ...details, text: shown }, origin);
  }

  /** Notes an event of the server itself (no origin) or of one session. */
  write(event: string, details: Details = {}, origin?: Origin): void {
    this.#beginTurn();
    this.#cutPlain();
    this.#lines.push(
      `${this.#stamp.text} ${describe(event, details, origin)}`,
    );
  }

  /**
   * The beginning of a line that ends with a text; for {@linkcode writePlain},
   * because one who talks has thousands of lines with the same beginning.
   */
  head(event: string, details: Details, origin: Origin): Uint8Array {
    return encoder.encode(` ${describe(event, details, origin)} text="`);
  }

  /** Notes the same as {@linkcode write} with a last detail `text`. */
  writePlain(head: Uint8Array, text: PlainText): void {
    this.#beginTurn();
    const stamp = this.#stamp.bytes;
    const length = stamp.length + head.length + text.end - text.start + 2;
    if (this.#plainEnd + length > PLAIN_LENGTH) this.#cutPlain();
    const target = this.#plain ??= new Uint8Array(PLAIN_LENGTH);
    target.set(stamp, this.#plainEnd);
    target.set(head, this.#plainEnd + stamp.length);
    let at = this.#plainEnd + stamp.length + head.length;
    at = copyPlain(text, target, at);
    target[at++] = QUOTATION_MARK;
    target[at++] = LINE_FEED;
    this.#plainEnd = at;
  }

  /** Hands on what was noted in this turn. */
  flush(): void {
    this.#cutPlain();
    if (this.#lines.length === 0) return;
    this.#lines.push("");
    // Joined, the lines are one flat string. Added one to the other they would be
    // a tree of small pieces, which lives until the disk is ready for it.
    const lines = this.#lines.join("\n");
    this.#lines = [];
    this.#sink(lines);
  }

  /** The first line of a turn looks at the clock, for all of them, and asks for the flush. */
  #beginTurn(): void {
    if (this.#lines.length > 0 || this.#plainEnd > 0) return;
    this.#stamp.renew();
    queueMicrotask(() => this.flush());
  }

  /** Puts the plain lines among the others, in their order. */
  #cutPlain(): void {
    if (this.#plainEnd === 0) return;
    const lines = this.#plain!.subarray(0, this.#plainEnd - 1);
    this.#lines.push(decoder.decode(lines));
    this.#plainEnd = 0;
  }
}

/** `#3 127.0.0.1:53122 joined name="Ann"` */
function describe(event: string, details: Details, origin?: Origin): string {
  let line = "";
  if (origin !== undefined) line += `#${origin.session} ${origin.from} `;
  line += event;
  for (const key in details) {
    const value = details[key];
    if (value === undefined) continue;
    line += ` ${key}=${typeof value === "number" ? value : quote(value)}`;
  }
  return line;
}

/** Local time with its zone, made once for each millisecond. */
class Timestamp {
  text = "";
  bytes = new Uint8Array(0);
  #time = NaN;

  renew(): void {
    const time = Date.now();
    if (time === this.#time) return;
    this.#time = time;
    this.text = formatTime(new Date(time));
    this.bytes = encoder.encode(this.text);
  }
}

/** Where something went wrong, for the developer who reads the log. */
export function stackOf(error: unknown): string {
  return error instanceof Error && error.stack || String(error);
}

/** `2026-11-23 06:35:58.123 +01:00`. */
export function formatTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${
    two(Math.trunc(Math.abs(offset) / 60))
  }:${two(Math.abs(offset) % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${
    two(date.getDate())
  } ${two(date.getHours())}:${two(date.getMinutes())}:${
    two(date.getSeconds())
  }.${String(date.getMilliseconds()).padStart(3, "0")} ${zone}`;
}
