import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import type { KeySource } from "./keyboard.ts";
import type { LineEditor, LineEditorOptions } from "./line_editor.ts";
import { TerminalOutput } from "./terminal_output.ts";

/** What a screen uses of an editor. */
export type Editor = Pick<
  LineEditor,
  | "columns"
  | "rows"
  | "print"
  | "ring"
  | "prompt"
  | "footer"
  | "status"
  | "title"
  | "clear"
  | "type"
  | "open"
  | "ask"
  | "close"
>;

/**
 * Lines that the terminal itself lets people edit, for one that obeys no codes
 * (`TERM=dumb`, as in a window of Emacs): writes text and line ends, and nothing
 * else. There is no footer, no status and no title; what arrives is written below
 * what is being typed.
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
  }[] = [];
  /** Whether the prompt stands at the end of what was written. */
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

  set prompt(prompt: string) {
    if (prompt === this.#prompt) return;
    this.#prompt = prompt;
    this.#showPrompt();
  }

  /** There is none. */
  set footer(_: readonly string[]) {}

  /** There is none. */
  set status(_: string) {}

  /** There is none. */
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

  /** Cannot be done here. */
  clear(): void {}

  /** Shows the text: here nobody can put it into the line. */
  type(text: string): void {
    this.print(text);
  }

  open(): void {
    this.#open = true;
    this.#showPrompt();
  }

  /** Like {@linkcode LineEditor.ask}. */
  ask(
    question: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<string | undefined> {
    if (this.#closed || signal?.aborted) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const asked = { text: question, answer: resolve };
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
    const question = this.#questions.shift();
    if (question === undefined) this.#options.onLine(line);
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
