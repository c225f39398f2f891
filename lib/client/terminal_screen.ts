import {
  clearScreenDown,
  createInterface,
  cursorTo,
  moveCursor,
} from "node:readline";
import process from "node:process";
import type { Screen } from "./screen.ts";

/**
 * A terminal with a line being typed at the bottom. All keyboard input goes
 * through one `node:readline` interface, because on Windows only that path reads
 * Unicode, and it is closed on every way out, because Windows does not restore
 * the console.
 */
export class TerminalScreen implements Screen {
  readonly interactive = true;
  readonly #readline = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
  });
  readonly #typed: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #closed = false;
  /** Whether a prompt stands at the bottom now. */
  #prompting = false;

  /** `onInterrupt` is called for Ctrl+C. */
  constructor(onInterrupt: () => void) {
    const readline = this.#readline;
    readline.on("line", (line: string) => this.#take(line));
    readline.on("close", () => this.#end());
    readline.on("SIGINT", () => {
      this.#end();
      onInterrupt();
    });
    // Without a listener Ctrl+Z stops the program with the terminal in raw mode.
    readline.on("SIGTSTP", () => {});
  }

  print(line: string): void {
    const output = process.stdout;
    if (!this.#prompting) {
      output.write(`${line}\n`);
      return;
    }
    // The typed line may be longer than the window: begin where it begins.
    const { rows } = this.#readline.getCursorPos();
    moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    output.write(`${line}\n`);
    (this.#readline as unknown as { prevRows: number }).prevRows = 0;
    this.#readline.prompt(true);
  }

  setPrompt(prompt: string): void {
    this.#readline.setPrompt(prompt);
    if (this.#prompting) this.#readline.prompt(true);
  }

  async ask(question: string): Promise<string | undefined> {
    this.#readline.setPrompt(question);
    return await this.#next();
  }

  async *lines(): AsyncGenerator<string> {
    for (;;) {
      const line = await this.#next();
      if (line === undefined) return;
      yield line;
    }
  }

  // deno-lint-ignore require-await -- closing is immediate here, not everywhere
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    this.#readline.close();
  }

  #next(): Promise<string | undefined> {
    const line = this.#typed.shift();
    if (line !== undefined || this.#closed) return Promise.resolve(line);
    this.#prompting = true;
    this.#readline.prompt();
    return new Promise((resolve) => this.#waiting = resolve);
  }

  #take(line: string): void {
    this.#prompting = false;
    const resolve = this.#waiting;
    this.#waiting = undefined;
    if (resolve === undefined) this.#typed.push(line);
    else resolve(line);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#prompting) process.stdout.write("\n");
    this.#prompting = false;
    this.#waiting?.(undefined);
  }
}
