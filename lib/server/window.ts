import { display, displayLines } from "../display.ts";
import { SERVER_NAME } from "../names.ts";
import { OPERATOR_SIGN } from "../terminal/style.ts";
import type { Completer } from "../terminal/completion.ts";
import { type Editor, openEditor } from "../terminal/open_editor.ts";
import type { LineEditorOptions } from "../terminal/line_editor.ts";
import { Painter, type Style } from "../terminal/style.ts";
import {
  clockTime,
  hangingIndent,
  textWidth,
  wrap,
} from "../terminal/text_layout.ts";
import type { Dialog } from "./operator_context.ts";

/** How often the text of the status line is checked, in milliseconds. */
const STATUS_INTERVAL = 1_000;

/** Lines that wait for the window, in bytes: a few screens full; server.log has them all. */
const MAX_WAITING = 64 * 1024;

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
      maxWaiting: MAX_WAITING,
      paint: {
        prompt: (text) => this.#paint.prompt(text),
        status: (text) => this.#paint.status(text),
      },
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
    const time = `${clockTime(new Date())} `;
    const [first, ...others] = this.#rows(time + display(line), time.length);
    const painted = this.#paint.system(time) + first!.slice(time.length);
    this.#editor.print([painted, ...others].join("\n"));
  }

  /** Shows an answer to the operator; the columns of a list stay apart. */
  answer(text: string): void {
    for (const line of displayLines(text)) {
      const [, left, right] = /^(.*?\S {2,})(\S.*)$/.exec(line) ?? [];
      const fits = textWidth(line) < this.#editor.columns;
      if (fits || right === undefined) this.#showAnswer(line);
      else this.#answerColumns(left!, right);
    }
  }

  /** Shows what the operator said to everyone, as people read it. */
  showSaid(text: string): void {
    const time = `${clockTime(new Date())} `;
    const from = `${OPERATOR_SIGN}${SERVER_NAME}`;
    const head = `${time}${from}: `;
    const indent = this.#indent(head.length);
    const [first, ...others] = displayLines(text);
    const rows = [
      ...this.#rows(head + first!, indent),
      ...others.flatMap((line) =>
        this.#rows(" ".repeat(indent) + line, indent)
      ),
    ];
    rows[0] = this.#paint.system(time) + this.#paint.operator(from) +
      rows[0]!.slice(time.length + from.length);
    this.#editor.print(rows.join("\n"));
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
      return this.#showAnswer(left + right, width);
    }
    this.#showAnswer(left.trimEnd(), FOLDED_INDENT);
    this.#showAnswer(" ".repeat(FOLDED_INDENT) + right, FOLDED_INDENT);
  }

  #showAnswer(line: string, indent = hangingIndent(line)): void {
    const rows = this.#rows(line, indent);
    this.#editor.print(rows.map((row) => this.#paint.answer(row)).join("\n"));
  }

  /** In rows that the terminal does not break again, all but the first indented. */
  #rows(line: string, indent: number): string[] {
    return wrap(line, this.#editor.columns - 1, {
      indent: this.#indent(indent),
    });
  }

  /** At most a third of the window. */
  #indent(columns: number): number {
    return Math.min(columns, Math.ceil(this.#editor.columns / 3));
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
