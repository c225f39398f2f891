import process from "node:process";
import { display } from "../display.ts";
import { CookedInput } from "./cooked_input.ts";
import { CookedQuestion } from "./cooked_question.ts";
import type { BoundLine } from "./draft_binding.ts";
import type { HiddenLineOwner } from "./hidden_line.ts";
import type { LineEditor, LineEditorOptions } from "./line_editor.ts";
import { notTaken, type QuestionOptions } from "./questions.ts";
import { TerminalOutput } from "./terminal_output.ts";

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
  readonly #input: CookedInput;
  /** The secret question whose answer is being typed without being shown. */
  #hidden: CookedQuestion | undefined;
  #prompt = "";
  #open = false;
  #closed = false;
  #questions: CookedQuestion[] = [];
  #enteredAt = -Infinity;
  /** Whether the cursor is right after the prompt. */
  #atPrompt = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#output = options.output ?? new TerminalOutput();
    this.#input = new CookedInput({
      source: options.input ?? process.stdin,
      window: this.#output,
      onLine: (line) => this.#take(line),
      onEnd: () => this.#end(),
    });
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
   * its answer: the user may have begun that line before the question. A secret
   * question ends the terminal's echo; if it cannot, the question says so.
   */
  ask(
    question: string,
    options: QuestionOptions = {},
  ): Promise<string | undefined> {
    const { signal } = options;
    if (this.#closed || signal?.aborted) return Promise.resolve(undefined);
    const enteredAt = this.#enteredAt;
    const asked = new CookedQuestion(question, options, { enteredAt });
    this.#questions.push(asked);
    signal?.addEventListener("abort", () => this.#withdraw(asked), {
      once: true,
    });
    this.#leavePrompt();
    this.#hideSecret();
    this.open();
    return asked.answered;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
    this.#input.close();
    this.#leavePrompt();
    await this.#output.finish();
  }

  #take(line: string): void {
    this.#options.onKey?.();
    this.#atPrompt = false;
    this.#enteredAt = performance.now();
    // A line that arrived together with the one that led to a secret question.
    if (this.#hidden !== undefined) {
      this.#options.onLine({ text: line });
      return this.#showPrompt();
    }
    const [first] = this.#questions;
    if (first === undefined) this.#options.onLine({ text: line });
    else if (!first.takes(line)) {
      this.#questions.shift();
      first.answer(line);
      this.#options.onLine({ text: line, atQuestion: true });
      this.#hideSecret();
    } else if (!first.isTooSoon()) return this.#answer(line);
    else if (line.trim() !== "") {
      return void this.print(
        notTaken(first.isSecret ? undefined : display(line)),
      );
    }
    this.#showPrompt();
  }

  #withdraw(question: CookedQuestion): void {
    if (question === this.#hidden) return this.#answer(undefined);
    this.#questions = this.#questions.filter((other) => other !== question);
    question.answer(undefined);
    this.#hideSecret();
    if (this.#hidden === undefined) return;
    this.#leavePrompt();
    this.#showPrompt();
  }

  /** Ends the first question. */
  #answer(line: string | undefined): void {
    // The terminal has not shown the Enter after a hidden line.
    if (this.#hidden !== undefined) this.#leavePrompt();
    this.#questions.shift()?.answer(line);
    this.#hideSecret();
    this.#showPrompt();
  }

  #end(interrupted = false): void {
    if (this.#hidden !== undefined) this.#leavePrompt();
    for (const { answer } of this.#questions.splice(0)) answer(undefined);
    this.#hideSecret();
    if (!this.#closed) this.#options.onEnd(interrupted);
  }

  /** Hides what is typed exactly as long as the first question is secret. */
  #hideSecret(): void {
    const [first] = this.#questions;
    const secret = first?.isHidden ? first : undefined;
    if (secret === this.#hidden) return;
    this.#hidden = secret;
    if (secret === undefined) this.#input.show();
    else if (!this.#input.hide(this.#ownerFor(secret))) {
      secret.isVisible = true;
      this.#hidden = undefined;
    }
  }

  #ownerFor({ isCancellable }: CookedQuestion): HiddenLineOwner {
    const cancel = () => this.#answer(undefined);
    return {
      onLine: (text) => {
        this.#enteredAt = performance.now();
        this.#answer(text);
      },
      onInterrupt: () => isCancellable ? cancel() : this.#end(true),
      onEscape: () => isCancellable ? cancel() : undefined,
      onEnd: () => this.#end(),
      onKey: () => this.#options.onKey?.(),
      onEarly: () => void this.print(notTaken()),
    };
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
