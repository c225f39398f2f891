import { bold, dim, rgb8 } from "@std/fmt/colors";

/** How a terminal may be written to. */
export type Style = {
  /** Whether colours may be used; nothing is ever said by colour alone. */
  readonly color: boolean;
  /** Whether characters beyond letters may be used: lines, dots, arrows. */
  readonly symbols: boolean;
};

/**
 * Colours of the 256 that are readable on black and on white: each has at least
 * 3.9 to 1 of contrast to both (a test measures it).
 */
export const PERSON_COLORS = [
  27,
  28,
  30,
  31,
  64,
  97,
  99,
  130,
  131,
  133,
  161,
  163,
] as const;

/** `text` in the colour of a person: the same for the same `key`, whoever looks. */
export function colorOf(key: string): number {
  let hash = 0;
  for (const character of key) {
    hash = (31 * hash + character.codePointAt(0)!) >>> 0;
  }
  return PERSON_COLORS[hash % PERSON_COLORS.length]!;
}

/** Painting for one style; without colour it returns what it is given. */
export class Painter {
  readonly #color: boolean;

  constructor({ color }: Style) {
    this.#color = color;
  }

  /** A name, in the colour of its person. */
  person(text: string, key: string): string {
    return this.#color ? bold(rgb8(text, colorOf(key))) : text;
  }

  /** What the program says, as opposed to people. */
  system(text: string): string {
    return this.#color ? dim(text) : text;
  }

  /** What must not be overlooked. */
  strong(text: string): string {
    return this.#color ? bold(text) : text;
  }
}
