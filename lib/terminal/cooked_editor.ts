import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { display } from "../display.ts";
import type { BoundLine } from "./draft_binding.ts";
import type { KeySource } from "./keyboard.ts";
import type { LineEditor, LineEditorOptions } from "./line_editor.ts";
import { notTaken, type QuestionOptions, READING_TIME } from "./questions.ts";
import { TerminalOutput } from "./terminal_output.ts";

/**
 * Milliseconds after Enter in which no user has begun the next line yet: people need
 * longer.
 */
const FRESH = 200;

/** The part of an editor that a screen uses. */
export type Editor = Pick<
  LineEditor,
  | "columns"
  | "rows"
  | "print"
  | "relief"
  | "ring"
  | "prompt"
  | "footer"
  | "status"
  | "title"
  | "clear"
  | "giveBack"
  | "rebind"
  | "open"
  | "ask"
  | "close"
>;

/**
 * An editor for a terminal that obeys no codes (`TERM=dumb`, as in a window of Emacs):
 * the terminal itself edits the line. Writes only text and line ends. There is no
 * footer, no status and no title; messages appear below the line being typed.
 */
export class CookedEditor implements Editor {
  readonly #options: LineEditorOptions;
  readonly #output: TerminalOutput;
  readonly #lines: Interface;
  #prompt = "";
  #open = false;
  #closed = false;
  #questions: {
    text: string;
    answer: (line: string | undefined) => void;
    isAnswer: ((line: string) => boolean) | undefined;
    /** Whether the user may have begun the next line before the question appeared. */
    isLate: boolean;
    /** When it appeared, in milliseconds of `performance.now()`. */
    at: number;
  }[] = [];
  #enteredAt = -Infinity;
  /** Whether the cursor is right after the prompt. */
  #atPrompt = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#output = options.output ?? new TerminalOutput();
    const input: KeySource = options.input ?? process.stdin;
    this.#lines = createInterface({
      input: input as NodeJS.ReadableStream,
      terminal: false,
    });
    this.#lines.on("line", (line) => this.#take(line));
    this.#lines.on("close", () => this.#end());
  }

  get columns(): number {
    return this.#output.columns;
  }

  get rows(): number {
    return this.#output.rows;
  }

  relief(): Promise<void> {
    return this.#output.relief();
  }

  set prompt(prompt: string) {
    if (prompt === this.#prompt) return;
    this.#prompt = prompt;
    this.#showPrompt();
  }

  /** Does nothing: there is no footer. */
  set footer(_: readonly string[]) {}

  /** Does nothing: there is no status row. */
  set status(_: string) {}

  /** Does nothing: there is no title. */
  set title(_: string) {}

  print(text: string): boolean {
    this.#leavePrompt();
    this.#output.write(`${text}\n`);
    this.#showPrompt();
    return true;
  }

  ring(): void {
    this.#output.write("\x07");
  }

  /** Does nothing: this window cannot be cleared. */
  clear(): void {}

  /** Shows the text, because the terminal owns the line being typed. */
  giveBack({ text }: BoundLine): boolean {
    this.print(display(text));
    return true;
  }

  /** Does nothing: the program cannot see the line being typed here. */
  rebind(): void {}

  open(): void {
    this.#open = true;
    this.#showPrompt();
  }

  /**
   * Like {@linkcode LineEditor.ask}, but the program cannot see whether a line is being
   * typed. A patient question that comes late therefore does not take the next line as
   * its answer: the user may have begun that line before the question.
   */
  ask(
    question: string,
    { signal, isPatient = false, isAnswer }: QuestionOptions = {},
  ): Promise<string | undefined> {
    if (this.#closed || signal?.aborted) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const at = performance.now();
    const isLate = isPatient && at - this.#enteredAt > FRESH;
    const asked = { text: question, answer: resolve, isAnswer, isLate, at };
    this.#questions.push(asked);
    signal?.addEventListener("abort", () => {
      this.#questions = this.#questions.filter((other) => other !== asked);
      resolve(undefined);
    }, { once: true });
    this.#leavePrompt();
    this.open();
    return promise;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lines.close();
    this.#leavePrompt();
    await this.#output.finish();
  }

  #take(line: string): void {
    this.#options.onKey?.();
    this.#atPrompt = false;
    this.#enteredAt = performance.now();
    const [first] = this.#questions;
    if (first?.isAnswer?.(line) === false) {
      this.#questions.shift();
      first.answer(line);
      this.#options.onLine({ text: line, atQuestion: true });
      return this.#showPrompt();
    }
    const isHasty = first?.isAnswer !== undefined &&
      this.#enteredAt - first.at < READING_TIME;
    if (first !== undefined && (first.isLate || isHasty)) {
      first.isLate = false;
      if (line.trim() === "") return this.#showPrompt();
      return void this.print(notTaken(display(line)));
    }
    const question = this.#questions.shift();
    if (question === undefined) this.#options.onLine({ text: line });
    else question.answer(line);
    this.#showPrompt();
  }

  #end(): void {
    for (const { answer } of this.#questions.splice(0)) answer(undefined);
    if (!this.#closed) this.#options.onEnd(false);
  }

  #showPrompt(): void {
    if (!this.#open || this.#closed || this.#atPrompt) return;
    this.#output.write(this.#questions[0]?.text ?? this.#prompt);
    this.#atPrompt = true;
  }

  #leavePrompt(): void {
    if (this.#atPrompt) this.#output.write("\n");
    this.#atPrompt = false;
  }
}
