import type { Blind } from "../../lib/client/blind.ts";
import { renderPlain } from "../../lib/client/render.ts";
import type {
  ChatScreen,
  LineBinder,
  TakenLine,
} from "../../lib/client/chat_screen.ts";
import type { Line } from "../../lib/client/view.ts";
import type { Completer } from "../../lib/terminal/completion.ts";
import type { BoundLine } from "../../lib/terminal/draft_binding.ts";
import type { QuestionOptions } from "../../lib/terminal/questions.ts";
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
export class FakeScreen implements ChatScreen {
  readonly interactive: boolean;
  readonly shown: string[] = [];
  readonly prompts: string[] = [];
  /** What is answered to questions, in their order. */
  readonly answers: string[] = [];
  readonly questions: string[] = [];
  /** Those of them that wait until no line is being typed. */
  readonly patient: string[] = [];
  /** Those whose answers must not be shown. */
  readonly secret: string[] = [];
  readonly givenBack: string[] = [];
  readonly titles: string[] = [];
  readonly statuses: string[] = [];
  /** Whether a question without an answer waits until it is withdrawn. */
  holdsQuestions = false;
  /** How many questions wait for an answer. */
  openQuestions = 0;
  /** How often the window was cleared. */
  cleared = 0;
  /** Width of the window; missing in a pipe. */
  readonly columns?: number;
  #onKey: () => void = () => {};
  complete: Completer = () => [];
  readonly #typed = new LineQueue<TakenLine>();
  #binder: LineBinder | undefined;

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

  /** Types lines and presses Enter; they are bound as they would be on a terminal. */
  type(...lines: string[]): void {
    for (const text of lines) {
      const binding = this.interactive
        ? this.#binder?.bind(text, undefined)
        : undefined;
      this.send({ text, binding });
    }
  }

  /** Presses Enter at the end of a line whose typing began earlier. */
  send(line: TakenLine): void {
    const isBound = this.interactive && this.#binder !== undefined;
    this.#typed.add(isBound ? this.#binder!.typed(line) : line);
  }

  /** Types the beginning of a line. */
  begin(text: string): BoundLine {
    return { text, binding: this.#binder?.bind(text, undefined) };
  }

  /** The first byte of a script's line has come. */
  beginBlindly(): Blind | undefined {
    return this.#binder?.begin();
  }

  setBinder(binder: LineBinder): void {
    this.#binder = binder;
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

  ask(
    question: string,
    { signal, isPatient = false, isSecret = false }: QuestionOptions = {},
  ): Promise<string | undefined> {
    this.questions.push(question);
    if (isPatient) this.patient.push(question);
    if (isSecret) this.secret.push(question);
    const answer = this.answers.shift();
    if (!this.holdsQuestions || answer !== undefined) {
      return Promise.resolve(answer);
    }
    this.openQuestions++;
    return new Promise((resolve) => {
      signal?.addEventListener("abort", () => {
        this.openQuestions--;
        resolve(undefined);
      });
    });
  }

  giveBack({ text }: BoundLine): boolean {
    this.givenBack.push(text);
    return true;
  }

  setCompleter(complete: Completer): void {
    this.complete = complete;
  }

  putBack(lines: readonly TakenLine[]): void {
    this.#typed.putBack(lines);
  }

  takeRest(): readonly TakenLine[] {
    return this.#typed.takeRest();
  }

  lines(signal: AbortSignal): AsyncIterable<TakenLine> {
    return this.#typed.lines(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
