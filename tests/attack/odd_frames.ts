/**
 * Frames that no honest program sends, made from a seed. The server and the client get
 * the same kinds of damage.
 *
 * @module
 */

import type { Random } from "../testing.ts";
import { rawFrame } from "../testing.ts";

/** Texts that have broken programs. */
const TEXTS = [
  "",
  "\0",
  "\x1b[2J\x1b]0;owned\x07",
  "\r\n2026-01-01 00:00:00.000 +00:00 forged",
  "\ud800",
  "\udfff\ud800",
  "\u202emoc.elpmaxe",
  "\ufeff\u200b\u2028",
  "é".repeat(700),
  "🦄".repeat(300),
  "../../etc/passwd",
  "COM1",
  "__proto__",
  "constructor",
  "toString",
  '"}{"type":"bye"}',
  "x".repeat(1024),
  "%s%n%x",
];

/** Wrong values for a field. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, [], {}, [[]], { type: "bye" }, "", "1", 0, -1, 0.5],
  ...[1e300, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -0, 1e-7, ["a"], [null]],
  ...TEXTS,
];

const encoder = new TextEncoder();

/** Makes odd frames from valid messages. */
export class OddFrames {
  readonly #random: Random;
  readonly #templates: readonly object[];
  readonly #types: readonly string[];

  constructor(random: Random, templates: readonly object[]) {
    this.#random = random;
    this.#templates = templates;
    this.#types = templates.map((template) => (template as Typed).type);
  }

  /**
   * Returns a message of an unknown type, with any content: the server refuses it, a
   * client ignores it.
   */
  unknown(): Uint8Array {
    const random = this.#random;
    // Lower case with a digit: no real type looks like this.
    const type = random.pick([
      `${random.pick(this.#types)}${random.below(10)}`,
      `x${random.below(1e9)}`,
      random.pick(TEXTS),
    ]);
    return json({ ...random.pick(this.#templates), type, extra: this.value() });
  }

  /** Returns a valid message with unknown fields, in an unusual order. */
  adorned(): Uint8Array {
    const template = this.#random.pick(this.#templates);
    const before = { [`a${this.#random.below(100)}`]: this.value() };
    const behind = { [`b${this.#random.below(100)}`]: this.value() };
    return json({ ...before, ...template, ...behind });
  }

  /** Returns any bytes. */
  wild(): Uint8Array {
    const random = this.#random;
    switch (random.below(10)) {
      case 0:
        return random.bytes(1 + random.below(64));
      case 1:
        return rawFrame(random.pick([0, 1, 2, 3, 255]), this.#noise());
      case 2:
        return this.#withWrongLength();
      case 3:
      case 4:
        return this.#withFlippedBytes();
      case 5:
        return this.#cutShort();
      case 6:
        return json(this.value());
      case 7:
        return this.#nested();
      default:
        return this.#withWrongField();
    }
  }

  /** Returns one of the texts, or random code units. */
  text(): string {
    const random = this.#random;
    if (random.below(3) > 0) return random.pick(TEXTS);
    const units = Array.from(
      { length: random.below(40) },
      () => random.below(0x10000),
    );
    return String.fromCharCode(...units);
  }

  value(): unknown {
    return this.#random.pick(VALUES);
  }

  #plain(): Uint8Array {
    return json(this.#random.pick(this.#templates));
  }

  #noise(): Uint8Array {
    return this.#random.bytes(this.#random.below(100));
  }

  #withWrongField(): Uint8Array {
    const message = { ...this.#random.pick(this.#templates) };
    const key = this.#random.pick(Object.keys(message));
    return json({ ...message, [key]: this.value() });
  }

  #withFlippedBytes(): Uint8Array {
    const bytes = this.#plain();
    for (let flips = 1 + this.#random.below(3); flips > 0; flips--) {
      bytes[this.#random.below(bytes.length)]! ^= 1 << this.#random.below(8);
    }
    return bytes;
  }

  #withWrongLength(): Uint8Array {
    const bytes = this.#plain();
    const right = bytes.length - 4;
    const length = this.#random.pick([
      ...[0, 1, right - 1, right + 1, 4097, 65537, 65538, 2 ** 20 + 2],
      ...[2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1],
    ]);
    new DataView(bytes.buffer).setUint32(0, length);
    return bytes;
  }

  /** Returns a whole frame whose JSON ends too early. */
  #cutShort(): Uint8Array {
    const bytes = this.#plain();
    return rawFrame(1, bytes.slice(5, 5 + this.#random.below(bytes.length)));
  }

  #nested(): Uint8Array {
    const depth = 1 + this.#random.below(1900);
    const [open, close] = this.#random.pick([["[", "]"], ['{"a":', "}"]]);
    const inside = open!.repeat(depth) + "1" + close!.repeat(depth);
    return rawFrame(
      1,
      encoder.encode(`{"type":"ping","n":1,"deep":${inside}}`),
    );
  }
}

type Typed = { readonly type: string };

function json(value: unknown): Uint8Array {
  return rawFrame(1, encoder.encode(JSON.stringify(value)));
}
