import type { Missed } from "./missed.ts";
import { answer, type Line } from "./view.ts";

/** Most folded messages: more than a lesson has. */
const MAX_FOLDED = 100;

/** Most text of all folded messages, in UTF-16 units: 20 of the longest messages. */
const MAX_FOLDED_LENGTH = 1024 * 1024;

/** A line that somebody has said, rather than the program. */
export type Message = Extract<Line, { from: string }>;

/**
 * The long messages that a window has shown in part, by the numbers that `/show`
 * takes. It forgets the oldest messages first, and never gives a number twice.
 */
export class Folded {
  readonly #messages = new Map<number, Message>();
  #length = 0;
  #last = 0;

  /** The latest number; 0 if no message was folded. */
  get last(): number {
    return this.#last;
  }

  /** Keeps a message that appeared at `at`; returns its number, from 1. */
  keep(message: Message, at: Date): number {
    this.#last++;
    this.#messages.set(this.#last, { ...message, whole: { at } });
    this.#length += message.text.length;
    for (const [number, { text }] of this.#messages) {
      const fits = this.#messages.size <= MAX_FOLDED &&
        this.#length <= MAX_FOLDED_LENGTH;
      if (fits || number === this.#last) break;
      this.#messages.delete(number);
      this.#length -= text.length;
    }
    return this.#last;
  }

  /** The message with this number, to show in full; `undefined` if it is not kept. */
  get(number: number): Message | undefined {
    return this.#messages.get(number);
  }
}

/** Carries out `/show`: prints one folded message in full, without argument the last one. */
export function showWhole(
  context: {
    readonly folded?: Folded | undefined;
    readonly showMissed?: (() => Missed) | undefined;
    print(line: Line): void;
    fail(why: string): void;
  },
  argument: string,
): void {
  const { folded, showMissed } = context;
  if (showMissed !== undefined && argument.toLowerCase() === "missed") {
    return context.print(answer(missedText(showMissed())));
  }
  if (folded === undefined) {
    return context.print(answer("Every message here is shown in full"));
  }
  if (folded.last === 0) {
    return context.fail("Every message so far was shown in full");
  }
  const number = argument === "" ? folded.last : numberOf(argument);
  const message = folded.get(number);
  if (message !== undefined) return context.print(message);
  context.fail(
    number >= 1 && number <= folded.last
      ? `Message ${number} is no longer kept`
      : `There is no message ${argument}: the last one is /show ${folded.last}`,
  );
}

function missedText({ kept, forgotten }: Missed): string {
  if (kept === 0) return "Every line was shown";
  return forgotten === 0
    ? "These are all the lines that were not shown"
    : `${forgotten} older lines are no longer kept`;
}

/** The number in `3` or `#3`; `NaN` for any other text. */
function numberOf(argument: string): number {
  return /^#?\d{1,9}$/.test(argument) ? Number(argument.replace("#", "")) : NaN;
}
