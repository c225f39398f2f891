/**
 * Milliseconds in which no user reads a question, types an answer and presses Enter: an
 * answer that comes sooner was typed before the question appeared.
 */
export const READING_TIME = 300;

/**
 * What is said about an answer that was typed before its question appeared. The answer
 * to a secret question is left out.
 */
export function notTaken(answer?: string): string {
  const why = "Not taken as the answer, because you may have begun to type " +
    "it before the question";
  return answer === undefined ? why : `${why}: ${answer}`;
}

export type QuestionOptions = {
  /** Withdraws the question when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the question waits until no line is being typed. */
  readonly isPatient?: boolean;
  /** The answer that Ctrl+C gives on an empty line; without it, Ctrl+C leaves. */
  readonly cancelAnswer?: string;
  /**
   * Returns whether a text is an answer, or begins one. The editor takes any other text
   * as a line typed at the prompt, and that text ends the question. Default: every text
   * is an answer.
   */
  readonly isAnswer?: (text: string) => boolean;
  /**
   * Whether nothing of the answer is shown or remembered, as for a password. A secret
   * question takes every text as its answer, because any other line would be shown.
   */
  readonly isSecret?: boolean;
  /**
   * Whether Ctrl+C and Escape withdraw a secret question. Without it, Ctrl+C leaves
   * and Escape means nothing.
   */
  readonly isCancellable?: boolean;
};

type Question = {
  readonly text: string;
  readonly isSecret: boolean;
  readonly isCancellable: boolean;
  readonly cancelAnswer: string | undefined;
  readonly isAnswer: ((text: string) => boolean) | undefined;
  readonly resolve: (answer: string | undefined) => void;
};

/** The line being typed: a question takes its place and gives it back. */
export type QuestionOwner = {
  /** Returns whether no line is being typed. */
  isIdle(): boolean;
  /** Called when a question takes the place of the line being typed. */
  putDraftAway(): void;
  /** Called when the question is withdrawn: discards the unfinished answer. */
  dropAnswer(): void;
  /** Called when the last question has ended. */
  takeDraftBack(): void;
};

/** Questions that take the place of the prompt, one after the other. */
export class Questions {
  readonly #owner: QuestionOwner;
  readonly #open: Question[] = [];
  readonly #patient: Question[] = [];
  /** When the current question appeared, in milliseconds of `performance.now()`. */
  #shownAt = -Infinity;

  constructor(owner: QuestionOwner) {
    this.#owner = owner;
  }

  /** The question to answer now. */
  get current(): string | undefined {
    return this.#open[0]?.text;
  }

  /**
   * The answer that Ctrl+C gives to the current question; `undefined` if Ctrl+C leaves.
   */
  get cancelAnswer(): string | undefined {
    return this.#open[0]?.cancelAnswer;
  }

  /** Whether nothing of the answer to the current question may be shown. */
  get isSecret(): boolean {
    return this.#open[0]?.isSecret === true;
  }

  /** Whether Ctrl+C and Escape withdraw the current question. */
  get isCancellable(): boolean {
    return this.#open[0]?.isCancellable === true;
  }

  /** Whether the current question takes every text as its answer. */
  get takesAll(): boolean {
    return this.#open[0] !== undefined && this.#open[0].isAnswer === undefined;
  }

  /** Whether the user cannot have read the current yes-or-no question yet. */
  get isUnread(): boolean {
    return this.#open[0]?.isAnswer !== undefined &&
      performance.now() - this.#shownAt < READING_TIME;
  }

  /** Returns whether the current question takes `text` as its answer. */
  takes(text: string): boolean {
    const [question] = this.#open;
    return question !== undefined && (question.isAnswer?.(text) ?? true);
  }

  /**
   * Resolves to the answer, to the line that the user typed instead of one, or to
   * `undefined` at the end of input or when the signal aborts.
   */
  async ask(
    text: string,
    {
      signal,
      isPatient = false,
      cancelAnswer,
      isAnswer,
      isSecret = false,
      isCancellable = false,
    }: QuestionOptions = {},
  ): Promise<string | undefined> {
    if (signal?.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const question = {
      ...{ text, resolve, isSecret },
      cancelAnswer: isSecret ? undefined : cancelAnswer,
      isAnswer: isSecret ? undefined : isAnswer,
      isCancellable: isSecret && isCancellable,
    };
    if (isPatient && (!this.#owner.isIdle() || this.#open.length > 0)) {
      this.#patient.push(question);
    } else this.#show(question);
    const withdraw = () => this.#close(question, undefined);
    signal?.addEventListener("abort", withdraw, { once: true });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", withdraw);
    }
  }

  /** Shows the next patient question, if no line is being typed. */
  showPatient(): void {
    if (this.#open.length > 0 || !this.#owner.isIdle()) return;
    const question = this.#patient.shift();
    if (question !== undefined) this.#show(question);
  }

  /** Ends the current question with an answer, or with the line typed instead. */
  answer(text: string): void {
    const [question] = this.#open;
    if (question !== undefined) this.#close(question, text);
  }

  /** Ends the current question without an answer. */
  cancel(): void {
    const [question] = this.#open;
    if (question !== undefined) this.#close(question, undefined);
  }

  /** Ends all questions without an answer. */
  end(): void {
    for (const question of [...this.#patient, ...this.#open]) {
      this.#close(question, undefined);
    }
  }

  #show(question: Question): void {
    if (this.#open.length === 0) {
      this.#owner.putDraftAway();
      this.#shownAt = performance.now();
    }
    this.#open.push(question);
  }

  #close(question: Question, answer: string | undefined): void {
    const waiting = this.#patient.indexOf(question);
    if (waiting !== -1) this.#patient.splice(waiting, 1);
    const index = this.#open.indexOf(question);
    if (index !== -1) this.#open.splice(index, 1);
    if (index !== -1 && this.#open.length === 0) this.#owner.takeDraftBack();
    else if (index === 0) {
      this.#owner.dropAnswer();
      this.#shownAt = performance.now();
    }
    question.resolve(answer);
  }
}
