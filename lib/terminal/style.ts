import { bold, inverse, rgb8 } from "@std/fmt/colors";
import { Palette } from "./palette.ts";

/** In front of what the operator says; no name begins with it. */
export const OPERATOR_SIGN = "*** ";

/** How a terminal may be written to. */
export type Style = {
  /** Whether colours may be used; nothing is ever said by colour alone. */
  readonly color: boolean;
  /** Whether characters beyond letters may be used: lines, dots, arrows. */
  readonly symbols: boolean;
};

/**
 * The colour of each kind of text, one of the 256. Each is readable on black and
 * on white, with at least 3.9 to 1 of contrast to both (a test measures it), and
 * no person has it.
 */
export const KIND_COLORS = {
  system: 243,
  prompt: 30,
  answer: 66,
  problem: 196,
  private: 164,
} as const;

/** Paints what each kind of text looks like; without colour it returns what it is given. */
export class Painter {
  /** Whether it paints at all: without colours, signs have to stand for them. */
  readonly color: boolean;
  readonly #palette: Palette;

  constructor({ color }: Style, palette = new Palette()) {
    this.color = color;
    this.#palette = palette;
  }

  /** A name, in the colour of its person. */
  person(text: string, key: string): string {
    return this.color ? bold(rgb8(text, this.#palette.colorOf(key))) : text;
  }

  /** What the program says, as opposed to people: times, joins, leaves. */
  system(text: string): string {
    return this.#colored(text, KIND_COLORS.system);
  }

  /** What must not be overlooked. */
  strong(text: string): string {
    return this.color ? bold(text) : text;
  }

  /** What stands before the line that is being typed. */
  prompt(text: string): string {
    return this.color ? bold(rgb8(text, KIND_COLORS.prompt)) : text;
  }

  /** The answer to a command. */
  answer(text: string): string {
    return this.#colored(text, KIND_COLORS.answer);
  }

  /** The name of a command inside an answer. */
  command(text: string): string {
    return this.color ? bold(rgb8(text, KIND_COLORS.answer)) : text;
  }

  /** What was not done, and why. */
  problem(text: string): string {
    return this.#colored(text, KIND_COLORS.problem);
  }

  /** What only this user reads. */
  private(text: string): string {
    return this.#colored(text, KIND_COLORS.private);
  }

  /** The name in front of a message that speaks of this user. */
  mention(text: string): string {
    return this.#reversed(text);
  }

  /** The name under which the operator speaks. */
  operator(text: string): string {
    return this.#reversed(text);
  }

  /** The row that says how things stand. */
  status(text: string): string {
    return this.color ? inverse(text) : text;
  }

  #colored(text: string, color: number): string {
    return this.color ? rgb8(text, color) : text;
  }

  #reversed(text: string): string {
    return this.color ? bold(inverse(text)) : text;
  }
}
