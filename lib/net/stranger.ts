// deno-lint-ignore-file no-control-regex -- greetings of other programs are bytes, some below 32

import { type Address, formatAddress, hostOf } from "../address.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import { PassingStream } from "../io/passing_stream.ts";
import { pause } from "../io/pause.ts";

/**
 * The length and kind at the start of a frame, in bytes: they tell a messenger from any
 * other program.
 */
const HEADER_LENGTH = 5;

/** The bytes of a greeting that are enough to name the program. */
const GREETING_LENGTH = 512;

/** The time for the rest of a greeting that arrives in pieces, in milliseconds. */
const GREETING_PATIENCE = 500;

const LINE_FEED = 0x0a;

/** The names of programs, and how their first bytes begin, one character per byte. */
const STRANGERS: readonly [name: string, greeting: RegExp][] = [
  ["an SSH server", /^SSH-/],
  ["a web server (HTTP)", /^(?:HTTP\/\d|<(?:!doctype|html|\?xml))/i],
  ["a server that streams media (RTSP)", /^RTSP\//],
  ["a telephone server (SIP)", /^SIP\//],
  ["an FTP server", /^220[ -][^\n]*FTP/i],
  [
    "a mail server (SMTP)",
    /^220[ -][^\n]*(?:SMTP|mail|postfix|exim|sendmail)/i,
  ],
  ["a server that wants encryption (TLS)", /^[\x14-\x17]\x03[\0-\x04]/],
  ["an FTP server", /^(?:220|120)[ -]/],
  ["a mail or FTP server", /^(?:421|500|502|554)[ -]/],
  ["a mail server (POP3)", /^\+OK/],
  ["a mail server (IMAP)", /^\* (?:OK|BYE|PREAUTH)/],
  ["a news server (NNTP)", /^(?:200|201|400)[ -]/],
  ["a Telnet server", /^\xff[\xfb-\xfe]/],
  ["a database (MySQL or MariaDB)", /^...\0(?:\n|\xff)/s],
  ["a database (PostgreSQL)", /^E\0\0[\0-\x0f]./s],
  ["a database (Redis)", /^-(?:ERR|DENIED|NOAUTH|MISCONF|LOADING)/],
  ["a database (memcached)", /^(?:ERROR|CLIENT_ERROR)\b/],
  ["a remote desktop (VNC)", /^RFB \d/],
  ["a remote desktop (RDP)", /^\x03\0\0/],
  ["a chat server (IRC)", /^(?::\S+ |NOTICE |ERROR :)/],
  ["a message queue (NATS)", /^INFO \{/],
  ["a message queue (AMQP)", /^AMQP/],
  ["a file server (rsync)", /^@RSYNCD/],
  ["a version control server (Subversion)", /^\( success/],
  ["a web server (HTTP/2)", /^\0\0.\x04\0/s],
];

/**
 * Returns the name of the program that starts with these bytes, with an article;
 * `undefined` if it is not known.
 */
export function strangerName(bytes: Uint8Array): string | undefined {
  const text = asText(bytes);
  return STRANGERS.find(([, greeting]) => greeting.test(text))?.[0];
}

const SILENT = " takes the connection, but does not answer as a messenger";

/**
 * A connection that checks the first bytes from the other side. If they are not those
 * of a messenger, the connection reads as ended, and {@linkcode problem} names the
 * program. Everything else passes through.
 */
export class WatchedStream extends PassingStream {
  readonly #room: (() => Promise<void>) | undefined;
  #first = new Uint8Array(0);
  #isStranger = false;

  /**
   * Creates the stream. Each read first waits for `room`, so that a slow screen slows
   * the network.
   */
  constructor(stream: ByteStream, room?: () => Promise<void>) {
    super(stream);
    this.#room = room;
  }

  override read(target: Uint8Array): Promise<number | null> {
    const isKnown = this.#first.length >= HEADER_LENGTH && !this.#isStranger;
    return isKnown && this.#room === undefined
      ? super.read(target)
      : this.#readCarefully(target);
  }

  /** Returns whether the bytes so far begin like a messenger's frame. */
  get isMessenger(): boolean {
    return !this.#isStranger && this.#first.length >= HEADER_LENGTH;
  }

  /** Returns why the client cannot join over this connection, and what to do. */
  problem({ hostname, port }: Address): string {
    const what = this.#isStranger
      ? ` answers as ${
        strangerName(this.#first) ?? "something else"
      }, not as a messenger`
      : this.#first.length > 0
      ? " answers, but not as a messenger does"
      : SILENT;
    return strangerText({ hostname, port }, what);
  }

  async #readCarefully(target: Uint8Array): Promise<number | null> {
    await this.#room?.();
    if (this.#isStranger) return null;
    const length = await super.read(target);
    if (length === null || this.#first.length >= HEADER_LENGTH) return length;
    this.#keep(target.subarray(0, length));
    if (canBeMessenger(this.#first)) return length;
    this.#isStranger = true;
    await this.#readGreeting();
    return null;
  }

  /** Reads the rest of the first line, if it arrives in time. */
  async #readGreeting(): Promise<void> {
    const buffer = new Uint8Array(GREETING_LENGTH);
    const patience = new AbortController();
    const late = pause(GREETING_PATIENCE, patience.signal).then(() => null);
    while (
      this.#first.length < GREETING_LENGTH && !this.#first.includes(LINE_FEED)
    ) {
      const reading = super.read(buffer).catch(() => null);
      const length = await Promise.race([reading, late]);
      if (length === null) break;
      this.#keep(buffer.subarray(0, length));
    }
    patience.abort();
  }

  #keep(bytes: Uint8Array): void {
    const kept = new Uint8Array(this.#first.length + bytes.length);
    kept.set(this.#first);
    kept.set(bytes, this.#first.length);
    this.#first = kept.subarray(0, GREETING_LENGTH);
  }
}

/** Returns why the client cannot join at an address that does not answer at all. */
export function silenceText(address: Address): string {
  return strangerText(address, SILENT);
}

function strangerText({ hostname, port }: Address, what: string): string {
  const host = hostOf(formatAddress({ hostname, port }));
  return `Port ${port} of ${host}${what}. ` +
    "Check the port: the server's window shows it";
}

/**
 * Returns whether a messenger's first frame, which is a short message, can begin like
 * this.
 */
function canBeMessenger(first: Uint8Array): boolean {
  return first[0] === 0 && (first[1] ?? 0) <= 0x10 &&
    (first.length < HEADER_LENGTH || first[4] === 1 || first[4] === 2);
}

/** Returns one character per byte, so that the patterns can match bytes. */
function asText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
