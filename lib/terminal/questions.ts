import type { Draft } from "./draft.ts";

type Question = {
  readonly text: string;
  readonly resolve: (answer: string | undefined) => void;
};

/**
 * Questions that take the place of the prompt, one after the other. What was being
 * typed is kept meanwhile and comes back after the last.
 */
export class Questions {
  readonly #draft: Draft;
  readonly #open: Question[] = [];
  #kept = { text: "", cursor: 0 };

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** The question to answer now. */
  get current(): string | undefined {
    return this.#open[0]?.text;
  }

  /** Resolves to the answer; to `undefined` at the end, and when `signal` aborts. */
  async ask(text: string, signal?: AbortSignal): Promise<string | undefined> {
    if (signal?.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    if (this.#open.length === 0) {
      const { text, cursor } = this.#draft;
      this.#kept = { text, cursor };
      this.#draft.clear();
    }
    const question = { text, resolve };
    this.#open.push(question);
    const withdraw = () => this.#close(question, undefined);
    signal?.addEventListener("abort", withdraw, { once: true });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", withdraw);
    }
  }

  /** Answers the current question. */
  answer(text: string): void {
    const [question] = this.#open;
    if (question !== undefined) this.#close(question, text);
  }

  /** Text that was given back while a question is open: it is what comes back. */
  keep(text: string): void {
    if (this.#kept.text === "") this.#kept = { text, cursor: text.length };
  }

  /** Nobody answers any more. */
  end(): void {
    for (const question of [...this.#open]) this.#close(question, undefined);
  }

  #close(question: Question, answer: string | undefined): void {
    const index = this.#open.indexOf(question);
    if (index === -1) return;
    this.#open.splice(index, 1);
    if (this.#open.length === 0) {
      this.#draft.clear();
      this.#draft.set(this.#kept.text, this.#kept.cursor);
    } else if (index === 0) {
      this.#draft.clear();
    }
    question.resolve(answer);
  }
}
