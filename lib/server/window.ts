import { inverse } from "@std/fmt/colors";
import { display, displayLines } from "../display.ts";
import { SERVER_NAME } from "../names.ts";
import type { Completer } from "../terminal/completion.ts";
import { type Editor, openEditor } from "../terminal/open_editor.ts";
import type { LineEditorOptions } from "../terminal/line_editor.ts";
import { Painter, type Style } from "../terminal/style.ts";
import { clockTime, textWidth, wrap } from "../terminal/text_layout.ts";
import type { Dialog } from "./operator_context.ts";

/** How often the text of the status line is checked, in milliseconds. */
const STATUS_INTERVAL = 1_000;

/** A left column wider than this part of the window has rows of its own. */
const MAX_LEFT_SHARE = 1 / 3;

/** Where the right column then begins, in columns. */
const FOLDED_INDENT = 6;

export type WindowOptions = Pick<LineEditorOptions, "input" | "output"> & {
  readonly style: Style;
  /** What stands above the prompt: address, people, messages, uptime. */
  readonly status: () => string;
  readonly complete: Completer;
  /** Carries out a line that was typed; the next one waits for it. Must not reject. */
  readonly onLine: (line: string) => void | Promise<void>;
  /** Ctrl+C, or the end of input. */
  readonly onEnd: (interrupted: boolean) => void;
};

/**
 * The server's window on a terminal: one line for each event, a status line, and
 * a line to type in. Nothing in it ever makes the server wait.
 */
export class Window implements Dialog {
  talks = false;
  readonly #options: WindowOptions;
  readonly #paint: Painter;
  readonly #editor: Editor;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #status = "";
  /** Ends when all lines typed so far have been carried out. */
  #work = Promise.resolve();

  constructor(options: WindowOptions) {
    this.#options = options;
    const { input, output, style } = options;
    this.#paint = new Painter(style);
    this.#editor = openEditor({
      ...(input && { input }),
      ...(output && { output }),
      onLine: (line) => this.#take(line),
      onEnd: options.onEnd,
      complete: options.complete,
      hiddenHint: ", see server.log",
      paint: { status: (line) => style.color ? inverse(line) : line },
    });
  }

  /** Shows the status and begins to take lines. */
  open(): void {
    this.#showStatus();
    this.#editor.prompt = "> ";
    this.#editor.open();
  }

  /** Shows one event. */
  print(line: string): void {
    const time = clockTime(new Date());
    const indent = time.length + 1;
    const [first, ...others] = this.#wrapped(line, indent);
    this.#show([`${this.#paint.system(time)} ${first}`], others, indent);
  }

  /** Shows an answer to the operator; the columns of a list stay apart. */
  answer(text: string): void {
    for (const line of displayLines(text)) {
      const [, left, right] = /^(.*?\S {2,})(\S.*)$/.exec(line) ?? [];
      const fits = textWidth(line) < this.#editor.columns;
      if (fits || right === undefined) this.#answerRow(line);
      else this.#answerColumns(left!, right);
    }
  }

  /** Shows what the operator said to everyone, as people read it. */
  showSaid(text: string): void {
    const time = clockTime(new Date());
    const from = `${SERVER_NAME}: `;
    const indent = time.length + 1 + from.length;
    const [first, ...others] = displayLines(text)
      .flatMap((line) => this.#wrapped(line, indent));

    this.#show(
      [`${this.#paint.system(time)} ${this.#paint.strong(from + first)}`],
      others.map((row) => this.#paint.strong(row)),
      indent,
    );
  }

  /** Asks for one line; `undefined` at the end of input. */
  ask(question: string): Promise<string | undefined> {
    return this.#editor.ask(display(question));
  }

  /** Puts text back into the line being typed. */
  giveBack(text: string): void {
    this.#editor.type(text);
  }

  /** Gives the terminal back. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#editor.close();
  }

  /** One line after the other: a pasted line must never answer a question. */
  #take(line: string): void {
    this.#work = this.#work.then(() => this.#options.onLine(line));
  }

  /** Two columns: the right one wraps in its place, or below the left one if that is wide. */
  #answerColumns(left: string, right: string): void {
    const width = textWidth(left);
    if (width <= this.#editor.columns * MAX_LEFT_SHARE) {
      const [first, ...others] = this.#wrapped(right, width);
      this.#show([left + first], others, width);
    } else {
      const others = this.#wrapped(right, FOLDED_INDENT);
      this.#show([left.trimEnd()], others, FOLDED_INDENT);
    }
  }

  #answerRow(line: string): void {
    const indent = 2 * /^ */.exec(line)![0].length;
    const [first, ...rest] = this.#wrapped(line);
    const others = rest.length === 0
      ? []
      : this.#wrapped(rest.join(" "), indent);
    this.#show([first!], others, indent);
  }

  /** Shows rows, the `others` with `indent` columns before them. */
  #show(rows: string[], others: string[], indent: number): void {
    const indented = others.map((row) => " ".repeat(indent) + row);
    this.#editor.print([...rows, ...indented].join("\n"));
  }

  /** In rows that leave `indent` columns free. */
  #wrapped(line: string, indent = 0): string[] {
    return wrap(display(line), this.#editor.columns - 1 - indent);
  }

  /** Draws the status, now and then, only if its text has changed: it never flickers. */
  #showStatus(): void {
    this.#timer = setTimeout(() => this.#showStatus(), STATUS_INTERVAL);
    const status = this.#options.status();
    if (status === this.#status) return;
    this.#status = status;
    this.#editor.status = display(status);
  }
}
