import { quote } from "../display.ts";

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
  readonly #stamp = new Timestamp();
  #lines: string[] = [];

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Notes an event of the server itself (no origin) or of one session. */
  write(event: string, details: Details = {}, origin?: Origin): void {
    let line = `${this.#stamp.now()} `;
    if (origin !== undefined) line += `#${origin.session} ${origin.from} `;
    line += event;
    for (const key in details) {
      const value = details[key];
      if (value === undefined) continue;
      line += ` ${key}=${typeof value === "number" ? value : quote(value)}`;
    }
    if (this.#lines.length === 0) queueMicrotask(() => this.flush());
    this.#lines.push(line);
  }

  /** Hands on what was noted in this turn. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#lines.push("");
    // Joined, the lines are one flat string. Added one to the other they would be
    // a tree of small pieces, which lives until the disk is ready for it.
    const lines = this.#lines.join("\n");
    this.#lines = [];
    this.#sink(lines);
  }
}

/** Local time with its zone, made once for each millisecond. */
class Timestamp {
  #time = NaN;
  #text = "";

  now(): string {
    const time = Date.now();
    if (time !== this.#time) {
      this.#time = time;
      this.#text = formatTime(new Date(time));
    }
    return this.#text;
  }
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
