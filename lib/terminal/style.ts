import { bold, inverse, rgb8 } from "@std/fmt/colors";
import { Palette } from "./palette.ts";

/** Precedes the operator's messages. No user name begins with it. */
export const OPERATOR_SIGN = "*** ";

/** What the terminal can show. */
export type Style = {
  /** Whether colours may be used; colour is never the only sign of anything. */
  readonly color: boolean;
  /** Whether symbols may be used: lines, dots, arrows. */
  readonly symbols: boolean;
  /** Whether the window shows control codes as text, so that there must be none. */
  readonly isDumb?: boolean;
};

/**
 * The colour of each kind of text, out of a terminal's 256. Each has a contrast of at
 * least 3.9 to 1 on black and on white (a test measures it). People's names have other
 * colours.
 */
export const KIND_COLORS = {
  system: 243,
  prompt: 30,
  answer: 66,
  problem: 196,
  private: 164,
} as const;

/** Gives each kind of text its look. Without colours it returns the text unchanged. */
export class Painter {
  /** Whether it uses colours; without them, signs have to replace them. */
  readonly color: boolean;
  readonly #palette: Palette;

  constructor({ color }: Style, palette = new Palette()) {
    this.color = color;
    this.#palette = palette;
  }

  /** Paints a name, in the colour of the person with this key. */
  person(text: string, key: string): string {
    return this.color ? bold(rgb8(text, this.#palette.colorOf(key))) : text;
  }

  /** Paints texts of the program itself: times, joins, leaves. */
  system(text: string): string {
    return this.#colored(text, KIND_COLORS.system);
  }

  /** Paints a text that no user should overlook. */
  strong(text: string): string {
    return this.color ? bold(text) : text;
  }

  /** Paints the prompt before the line being typed. */
  prompt(text: string): string {
    return this.color ? bold(rgb8(text, KIND_COLORS.prompt)) : text;
  }

  /** Paints the answer to a command. */
  answer(text: string): string {
    return this.#colored(text, KIND_COLORS.answer);
  }

  /** Paints the name of a command inside an answer. */
  command(text: string): string {
    return this.color ? bold(rgb8(text, KIND_COLORS.answer)) : text;
  }

  /** Paints a sentence that says what was not done, and why. */
  problem(text: string): string {
    return this.#colored(text, KIND_COLORS.problem);
  }

  /** Paints a message that only this user gets. */
  private(text: string): string {
    return this.#colored(text, KIND_COLORS.private);
  }

  /** Paints the name in front of a message that mentions this user. */
  mention(text: string): string {
    return this.#reversed(text);
  }

  /** Paints the name that the operator's messages carry. */
  operator(text: string): string {
    return this.#reversed(text);
  }

  /** Paints the status row. */
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
