import { type QuestionOptions, READING_TIME } from "./questions.ts";

/**
 * Milliseconds after Enter in which no user has begun the next line yet: people need
 * longer.
 */
const FRESH = 200;

/**
 * Follows a secret question: Emacs shows a line before it passes the line on, and the
 * program cannot tell Emacs from other dumb terminals.
 */
const VISIBLE_IN_EMACS = "(visible in Emacs) ";

/** Follows a secret question where the terminal's echo cannot be turned off. */
const VISIBLE = "(it will be visible) ";

/** A question on a terminal that edits and shows its lines itself. */
export class CookedQuestion {
  /** Whether nothing of the answer is shown, if the terminal can do so. */
  readonly isSecret: boolean;
  /** Whether Ctrl+C and Escape withdraw the question. */
  readonly isCancellable: boolean;
  /** Resolves to the answer, or to `undefined` if there is none. */
  readonly answered: Promise<string | undefined>;
  /** Ends the question. */
  readonly answer: (line: string | undefined) => void;
  /** Whether the terminal shows the answer even to a secret question. */
  isVisible = false;
  readonly #text: string;
  readonly #isAnswer: ((line: string) => boolean) | undefined;
  readonly #at = performance.now();
  /** Whether the user may have begun the next line before the question appeared. */
  #isLate: boolean;

  /**
   * `enteredAt` is the time of the last Enter, in milliseconds of
   * `performance.now()`.
   */
  constructor(
    text: string,
    {
      isPatient = false,
      isAnswer,
      isSecret = false,
      isCancellable = false,
    }: QuestionOptions,
    { enteredAt }: { readonly enteredAt: number },
  ) {
    this.#text = text;
    this.isSecret = isSecret;
    this.isCancellable = isSecret && isCancellable;
    // A secret question takes every text: any other line would be shown.
    this.#isAnswer = isSecret ? undefined : isAnswer;
    this.#isLate = isPatient && this.#at - enteredAt > FRESH;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.answered = promise;
    this.answer = resolve;
  }

  /** The text to show. */
  get text(): string {
    if (!this.isSecret) return this.#text;
    return this.#text + (this.isVisible ? VISIBLE : VISIBLE_IN_EMACS);
  }

  /** Whether the answer is to be read without showing it. */
  get isHidden(): boolean {
    return this.isSecret && !this.isVisible;
  }

  /** Returns whether `line` is an answer; any other line is one for the prompt. */
  takes(line: string): boolean {
    return this.#isAnswer?.(line) ?? true;
  }

  /**
   * Returns whether the user may have begun the line entered now before the question
   * appeared. A late question says so only once.
   */
  isTooSoon(): boolean {
    const isHasty = this.#isAnswer !== undefined &&
      performance.now() - this.#at < READING_TIME;
    const isTooSoon = this.#isLate || isHasty;
    this.#isLate = false;
    return isTooSoon;
  }
}
