import { renderPlain } from "../../lib/client/render.ts";
import type { Screen } from "../../lib/client/screen.ts";
import type { Line } from "../../lib/client/view.ts";
import type { Completer } from "../../lib/terminal/completion.ts";
import { LineQueue } from "../../lib/terminal/line_queue.ts";

/** What a test shows of a line: as in a pipe, own words too, `!` before problems. */
export function shownLine(line: Line): string {
  if (line.kind === "own") {
    return `(${line.from} to ${line.to ?? "all"}) ${line.text}`;
  }
  const rings = "rings" in line && line.rings ? "(bell) " : "";
  const mark = line.kind === "problem" ? "! " : "";
  return rings + mark + renderPlain(line);
}

/** A screen whose lines are typed by the test. */
export class FakeScreen implements Screen {
  readonly interactive: boolean;
  readonly shown: string[] = [];
  readonly prompts: string[] = [];
  /** What is answered to questions, in their order. */
  readonly answers: string[] = [];
  readonly questions: string[] = [];
  readonly givenBack: string[] = [];
  readonly titles: string[] = [];
  readonly statuses: string[] = [];
  /** How often the window was cleared. */
  cleared = 0;
  /** Width of the window; missing in a pipe. */
  readonly columns?: number;
  #onKey: () => void = () => {};
  complete: Completer = () => [];
  readonly #typed = new LineQueue();

  constructor(interactive = false, columns?: number) {
    this.interactive = interactive;
    if (columns !== undefined) this.columns = columns;
  }

  /** Presses a key. */
  press(): void {
    this.#onKey();
  }

  onKey(listener: () => void): void {
    this.#onKey = listener;
  }

  setTitle(title: string): void {
    this.titles.push(title);
  }

  setStatus(text: string): void {
    this.statuses.push(text);
  }

  clear(): void {
    this.cleared++;
  }

  type(...lines: string[]): void {
    for (const line of lines) this.#typed.add(line);
  }

  /** The end of input. */
  end(): void {
    this.#typed.end();
  }

  print(line: Line): void {
    this.shown.push(shownLine(line));
  }

  setPrompt(prompt: string): void {
    this.prompts.push(prompt);
  }

  ask(question: string): Promise<string | undefined> {
    this.questions.push(question);
    return Promise.resolve(this.answers.shift());
  }

  giveBack(text: string): void {
    this.givenBack.push(text);
  }

  setCompleter(complete: Completer): void {
    this.complete = complete;
  }

  putBack(lines: readonly string[]): void {
    this.#typed.putBack(lines);
  }

  lines(signal: AbortSignal): AsyncIterable<string> {
    return this.#typed.lines(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
