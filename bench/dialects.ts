/**
 * The protocols of the load generator: this messenger's, and those of the servers
 * compared with it. A test text is `#SSNNNNN......`: sender and number in base 32, so
 * that seven bytes show whether a message is lost, doubled or late.
 *
 * @module
 */

/** Bytes of a text before its filling: mark (1), sender (2), number (5). */
export const STAMP_LENGTH = 8;

/** The last number; the next message is 0 again. */
export const MAX_NUMBER = 2 ** 25 - 1;

const MARK = 0x23; // #
const DIGIT_ZERO = 0x30; // base 32: 0 to O
const FILLING = 0x2e; // .
const LINE_FEED = 0x0a;

/** In a frame, the position of the first letter of the type; `joined` has a J. */
const TYPE_AT = 14;
const LETTER_J = 0x6a;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Returns a text of `length` bytes from sender number `sender`, still without its
 * number.
 */
export function testText(sender: number, length: number): string {
  const digits = String.fromCharCode(
    DIGIT_ZERO + (sender >> 5),
    DIGIT_ZERO + (sender & 31),
  );
  return `#${digits}00000`.padEnd(length, ".");
}

/** Writes the number `n` into the text whose mark is at `at`. */
export function writeNumber(bytes: Uint8Array, at: number, n: number): void {
  for (let i = 7, rest = n; i >= 3; i--, rest >>= 5) {
    bytes[at + i] = DIGIT_ZERO + (rest & 31);
  }
}

/** Returns the position of the text's mark in one encoded message. */
export function markAt(bytes: Uint8Array): number {
  return bytes.indexOf(MARK);
}

export type ListenerOptions = {
  readonly senders: number;
  readonly payload: number;
  /** The connection's own number as a sender; -1 if it only listens. */
  readonly own: number;
};

/** One connection that receives, and checks each whole message. */
export abstract class Listener {
  deliveries = 0;
  pongs = 0;
  /** The bytes to answer with. */
  reply: Uint8Array | undefined;
  /** The first fault found. */
  problem: string | undefined;
  /** Whether to check every byte, not only length, kind, sender and number. */
  strict = true;
  /** The next number expected from each sender. */
  readonly expected: Int32Array;
  readonly payload: number;
  readonly own: number;

  constructor({ senders, payload, own }: ListenerOptions) {
    this.expected = new Int32Array(senders);
    this.payload = payload;
    this.own = own;
  }

  /** Reads the whole messages before `end`; returns the position after them. */
  abstract scan(bytes: Uint8Array, end: number): number;

  protected deliver(bytes: Uint8Array, mark: number): void {
    const sender = (bytes[mark + 1]! - DIGIT_ZERO) * 32 + bytes[mark + 2]! -
      DIGIT_ZERO;
    const number = (bytes[mark + 3]! - DIGIT_ZERO) * 0x100000 +
      (bytes[mark + 4]! - DIGIT_ZERO) * 0x8000 +
      (bytes[mark + 5]! - DIGIT_ZERO) * 0x400 +
      (bytes[mark + 6]! - DIGIT_ZERO) * 0x20 + bytes[mark + 7]! - DIGIT_ZERO;
    if (number !== this.expected[sender] || sender === this.own) {
      this.problem ??= sender === this.own
        ? `sender ${sender} got its own message ${number}`
        : `number ${number} of sender ${sender} came instead of ${
          this.expected[sender]
        }`;
    }
    this.expected[sender] = (number + 1) & MAX_NUMBER;
    this.deliveries++;
    if (this.strict) this.#checkFilling(bytes, mark);
  }

  #checkFilling(bytes: Uint8Array, mark: number): void {
    for (let i = STAMP_LENGTH; i < this.payload; i++) {
      if (bytes[mark + i] !== FILLING) this.problem ??= "a text was changed";
    }
  }
}

/** One protocol. All names have the same length. */
export type Dialect = {
  hello(name: string): Uint8Array;
  ping(): Uint8Array;
  say(text: string): Uint8Array;
  readonly Listener: new (options: ListenerOptions) => Listener;
};

class LanListener extends Listener {
  /** The length of the last `said`, and the position of its text. */
  #length = -1;
  #textAt = 0;

  override scan(bytes: Uint8Array, end: number): number {
    let at = 0;
    while (end - at >= 5) {
      const length = 4 + ((bytes[at]! << 24) | (bytes[at + 1]! << 16) |
        (bytes[at + 2]! << 8) | bytes[at + 3]!);
      if (bytes[at + 4] !== 1 || length < 5 || length > 70_000) {
        this.problem ??= "what came is no frame";
        return end;
      }
      if (at + length > end) break;
      if (
        length === this.#length && bytes[at + this.#textAt] === MARK &&
        !this.strict
      ) this.deliver(bytes, at + this.#textAt);
      else this.#look(bytes, at, length);
      at += length;
    }
    return at;
  }

  /** Handles a message whose shape differs from the previous one. */
  #look(bytes: Uint8Array, at: number, length: number): void {
    // Thousands of receivers hear of millions of joins: not decoded.
    if (bytes[at + TYPE_AT] === LETTER_J) return;
    const json = decoder.decode(bytes.subarray(at + 5, at + length));
    const message = JSON.parse(json);
    switch (message.type) {
      case "say": // The relay passes it on unchanged.
      case "said": {
        if (message.text.length !== this.payload) {
          this.problem ??= "a text has another length";
        }
        this.#length = length;
        this.#textAt = bytes.indexOf(MARK, at) - at;
        return this.deliver(bytes, at + this.#textAt);
      }
      case "pong":
        this.pongs++;
        return;
      case "ping":
        this.reply = lanFrame({ type: "pong", n: message.n });
        return;
      case "refused":
      case "closing":
        this.problem ??= json;
    }
  }
}

function lanFrame(message: unknown): Uint8Array {
  const payload = encoder.encode(JSON.stringify(message));
  const frame = new Uint8Array(5 + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length + 1);
  frame[4] = 1;
  frame.set(payload, 5);
  return frame;
}

class NatsListener extends Listener {
  override scan(bytes: Uint8Array, end: number): number {
    let at = 0;
    while (at < end) {
      // MSG bench 1 <length>\r\n<text>\r\n
      if (bytes[at] === 0x4d && bytes[at + 1] === 0x53) {
        let header = at + 12;
        let length = 0;
        while (header < end && bytes[header] !== 0x0d) {
          length = length * 10 + bytes[header++]! - DIGIT_ZERO;
        }
        const text = header + 2;
        if (text + length + 2 > end) break;
        if (length !== this.payload || bytes[text] !== MARK) {
          this.problem ??= "what came is no message";
        }
        this.deliver(bytes, text);
        at = text + length + 2;
      } else {
        const line = bytes.indexOf(LINE_FEED, at);
        if (line === -1 || line >= end) break;
        this.#look(decoder.decode(bytes.subarray(at, line)));
        at = line + 1;
      }
    }
    return at;
  }

  #look(line: string): void {
    if (line.startsWith("PONG")) this.pongs++;
    else if (line.startsWith("PING")) this.reply = encoder.encode("PONG\r\n");
    else if (!line.startsWith("INFO")) this.problem ??= line;
  }
}

class IrcListener extends Listener {
  override scan(bytes: Uint8Array, end: number): number {
    let at = 0;
    for (;;) {
      const line = bytes.indexOf(LINE_FEED, at);
      if (line === -1 || line >= end) return at;
      const mark = line - 1 - this.payload;
      if (mark > at && bytes[mark] === MARK && bytes[mark - 1] === 0x3a) {
        this.deliver(bytes, mark);
      } else this.#look(decoder.decode(bytes.subarray(at, line - 1)));
      at = line + 1;
    }
  }

  #look(line: string): void {
    if (/^\S+ PONG /.test(line)) this.pongs++;
    else if (line.startsWith("PING")) {
      this.reply = encoder.encode(line.replace("PING", "PONG") + "\r\n");
    } else if (/^ERROR|^\S+ [45]\d\d /.test(line) && !/ 422 /.test(line)) {
      this.problem ??= line;
    }
  }
}

const lan: Dialect = {
  hello: (name) => lanFrame({ type: "hello", protocol: 1, name }),
  ping: () => lanFrame({ type: "ping", n: 1 }),
  say: (text) => lanFrame({ type: "say", text }),
  Listener: LanListener,
};

export const DIALECTS = {
  lan,
  /** The relay passes bytes on: a `say` is padded to the length of a `said`. */
  relay: {
    ...lan,
    say: (text) => lanFrame({ type: "say", from: "s000", text, r: 1 }),
  },
  nats: {
    hello: () =>
      encoder.encode(
        'CONNECT {"verbose":false,"pedantic":false,"echo":false}\r\nSUB bench 1\r\n',
      ),
    ping: () => encoder.encode("PING\r\n"),
    say: (text) => encoder.encode(`PUB bench ${text.length}\r\n${text}\r\n`),
    Listener: NatsListener,
  },
  irc: {
    hello: (name) =>
      encoder.encode(`NICK ${name}\r\nUSER ${name} 0 * :b\r\nJOIN +bench\r\n`),
    ping: () => encoder.encode("PING :1\r\n"),
    say: (text) => encoder.encode(`PRIVMSG +bench :${text}\r\n`),
    Listener: IrcListener,
  },
} satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;
