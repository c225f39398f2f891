import type { Origin, Person } from "../chat/room_events.ts";
import { copyBytes } from "../copy_bytes.ts";
import type { PlainText } from "../plain_say.ts";
import { type Details, isEnd, isSecurity, kindOf } from "./event_kinds.ts";
import { describe, Timestamp } from "./log_line.ts";
import { type Repeat, Repeats } from "./repeats.ts";

/** The size of a block of lines with plain texts, in bytes. */
const PLAIN_LENGTH = 256 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LINE_FEED = 0x0a;
const QUOTATION_MARK = 0x22;

/** Takes lines; must not throw. */
export type LineSink = (lines: string) => void;

export type EventLogOptions = {
  /** Whether the log keeps private texts; if not, it notes their length instead. */
  readonly keepsPrivate?: boolean;
  /** Takes the lines about security as well. */
  readonly security?: LineSink | undefined;
  /** Counts repeats; default: with the clock of the system. */
  readonly repeats?: Repeats;
};

/**
 * The log of events, one escaped line each:
 *
 *     2026-11-23 06:35:58.123 +00:00 #3 127.0.0.1:53122 said from="Ann" to=all text="hi"
 *
 * The lines of one turn go to the sink together, because each record has a cost there.
 * Repeats of one kind from one source are counted instead (`repeats.ts`):
 *
 *     2026-11-23 06:36:08.124 +00:00 #3 127.0.0.1:53122 users asked times=4999 seconds=10.0
 */
export class EventLog {
  readonly #sink: LineSink;
  readonly #keepsPrivate: boolean;
  readonly #security: LineSink | undefined;
  readonly #repeats: Repeats;
  readonly #stamp = new Timestamp();
  #lines: string[] = [];
  /** The lines of this turn that are about security. */
  #securityLines: string[] = [];
  /** The bytes between the time and the text in lines of what a person says. */
  readonly #heads = new WeakMap<Person, Uint8Array>();
  #plain: Uint8Array | undefined;
  #plainEnd = 0;

  constructor(
    sink: LineSink,
    { keepsPrivate = true, security, repeats = new Repeats() }:
      EventLogOptions = {},
  ) {
    this.#sink = sink;
    this.#keepsPrivate = keepsPrivate;
    this.#security = security;
    this.#repeats = repeats;
  }

  /** Logs a private message; see the option `keepsPrivate`. */
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

  /** Logs an event of the server itself (no origin) or of one session. */
  write(event: string, details: Details = {}, origin?: Origin): void {
    const kind = kindOf(event, details, origin !== undefined);
    if (kind !== undefined) {
      this.sweep();
      if (origin !== undefined && isEnd(event)) {
        this.#tell(this.#repeats.settle(origin.session));
      }
      if (!this.#repeats.take(kind, origin)) return;
    }
    this.#add(describe(event, details, origin), isSecurity(event, details));
  }

  /** Writes the counts of repeats that are due; call it about every second. */
  sweep(): void {
    this.#tell(this.#repeats.due());
  }

  /** Writes all counts of repeats, when the server ends. */
  settle(): void {
    this.#tell(this.#repeats.settle());
  }

  /** Logs a message to everyone. A plain text is copied, without making a string. */
  say(from: Person, text: string | PlainText): void {
    const { name, origin } = from;
    if (typeof text === "string") {
      return this.write("said", { from: name, to: "all", text }, origin);
    }
    this.#beginTurn();
    const stamp = this.#stamp.bytes;
    const head = this.#headOf(from);
    const length = stamp.length + head.length + text.end - text.start + 2;
    if (this.#plainEnd + length > PLAIN_LENGTH) this.#cutPlain();
    const target = this.#plain ??= new Uint8Array(PLAIN_LENGTH);
    target.set(stamp, this.#plainEnd);
    target.set(head, this.#plainEnd + stamp.length);
    let at = this.#plainEnd + stamp.length + head.length;
    at = copyBytes(text, target, at);
    target[at++] = QUOTATION_MARK;
    target[at++] = LINE_FEED;
    this.#plainEnd = at;
  }

  /**
   * Returns the start of the lines of what a person says, made once: a person may say
   * thousands.
   */
  #headOf(person: Person): Uint8Array {
    let head = this.#heads.get(person);
    if (head === undefined) {
      const details = { from: person.name, to: "all" };
      const line = describe("said", details, person.origin);
      this.#heads.set(person, head = encoder.encode(` ${line} text="`));
    }
    return head;
  }

  /** Passes on the lines of this turn. */
  flush(): void {
    this.#cutPlain();
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    const securityLines = this.#securityLines;
    this.#lines = [];
    this.#securityLines = [];
    this.#sink(joined(lines));
    if (securityLines.length > 0) this.#security?.(joined(securityLines));
  }

  #tell(repeats: readonly Repeat[]): void {
    for (const { kind, source, times, duration } of repeats) {
      const seconds = Number((duration / 1_000).toFixed(1));
      const details = { ...kind.details, times, seconds };
      this.#add(describe(kind.event, details, source), kind.isSecurity);
    }
  }

  #add(text: string, isSecurity: boolean): void {
    this.#beginTurn();
    this.#cutPlain();
    const line = `${this.#stamp.text} ${text}`;
    this.#lines.push(line);
    if (isSecurity) this.#securityLines.push(line);
  }

  /**
   * Starts a turn with its first line: reads the clock once for all lines, and
   * schedules the flush.
   */
  #beginTurn(): void {
    if (this.#lines.length > 0 || this.#plainEnd > 0) return;
    this.#stamp.renew();
    queueMicrotask(() => this.flush());
  }

  /** Moves the plain lines to the others, in order. */
  #cutPlain(): void {
    if (this.#plainEnd === 0) return;
    const lines = this.#plain!.subarray(0, this.#plainEnd - 1);
    this.#lines.push(decoder.decode(lines));
    this.#plainEnd = 0;
  }
}

/**
 * Returns the lines as one flat string. Appending them one by one would make a tree of
 * small pieces, which lives until the disk has taken it.
 */
function joined(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** Returns the stack of an error, for a developer who reads the log. */
export function stackOf(error: unknown): string {
  return error instanceof Error && error.stack || String(error);
}
