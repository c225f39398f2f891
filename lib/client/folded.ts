import type { Missed } from "./missed.ts";
import { answer, type Line } from "./view.ts";

/** Folded messages that are kept: more than a lesson has. */
const MAX_FOLDED = 100;

/** Their texts together, in UTF-16 units: 20 of the longest. */
const MAX_FOLDED_LENGTH = 1024 * 1024;

/** What somebody has said, as opposed to what the program says. */
export type Message = Extract<Line, { from: string }>;

/**
 * The long messages of which one window has shown only the first rows, under the
 * numbers that `/show` takes. The oldest are forgotten first; a number is never
 * given twice.
 */
export class Folded {
  readonly #messages = new Map<number, Message>();
  #length = 0;
  #last = 0;

  /** The number of the message folded last; 0 if there was none. */
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

  /** The message with this number, to be shown whole; `undefined` if it is not kept. */
  get(number: number): Message | undefined {
    return this.#messages.get(number);
  }
}

/** What `/show` does: prints one folded message whole, without an argument the last one. */
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
    return context.print(answer("Every message here is shown whole"));
  }
  if (folded.last === 0) {
    return context.fail("No message has been cut: each is shown whole");
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

/** A number as it is typed, `3` or `#3`; `NaN` for anything else. */
function numberOf(argument: string): number {
  return /^#?\d{1,9}$/.test(argument) ? Number(argument.replace("#", "")) : NaN;
}
