import { display, displayLines } from "../../display.ts";
import { SERVER_NAME } from "../../names.ts";
import { OPERATOR_SIGN } from "../../terminal/style.ts";
import type { Completer } from "../../terminal/completion.ts";
import { isYesOrNo } from "../../terminal/question.ts";
import { type Editor, openEditor } from "../../terminal/open_editor.ts";
import type { LineEditorOptions } from "../../terminal/line_editor.ts";
import { Painter, type Style } from "../../terminal/style.ts";
import {
  clockTime,
  hangingIndent,
  textWidth,
  wrap,
} from "../../terminal/text_layout.ts";
import type { Dialog } from "./context.ts";
import { mayBeKept } from "./kept_lines.ts";

/** How often the window checks its status for changes, in milliseconds. */
const STATUS_INTERVAL = 1_000;

/**
 * Most output that waits for the window, in bytes: a few screens. server.log has every
 * line.
 */
const MAX_WAITING = 64 * 1024;

/** A left column wider than this share of the window gets its own rows. */
const MAX_LEFT_SHARE = 1 / 3;

/** The indent of a right column below its left one, in columns. */
const FOLDED_INDENT = 6;

export type WindowOptions = Pick<LineEditorOptions, "input" | "output"> & {
  readonly style: Style;
  /** Returns the row above the prompt: address, people, messages, uptime. */
  readonly status: () => string;
  readonly complete: Completer;
  /** Carries out a typed line; the next one waits for it. Must not reject. */
  readonly onLine: (line: string) => void | Promise<void>;
  /** Called on Ctrl+C, or at the end of input. */
  readonly onEnd: (interrupted: boolean) => void;
};

/**
 * The server's window on a terminal: one line for each event, a status line, and an
 * input line. The server never waits for it.
 */
export class OperatorWindow implements Dialog {
  talks = false;
  readonly #options: WindowOptions;
  readonly #paint: Painter;
  readonly #editor: Editor;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #status = "";
  /** How many lines the operator has entered. */
  #entered = 0;
  /** The number of the line that is being carried out, from 1. */
  #current = 0;
  /** Resolves when all lines typed so far are carried out. */
  #work = Promise.resolve();

  constructor(options: WindowOptions) {
    this.#options = options;
    const { input, output, style } = options;
    this.#paint = new Painter(style);
    this.#editor = openEditor({
      ...(input && { input }),
      ...(output && { output }),
      isDumb: style.isDumb,
      onLine: ({ text }) => this.#take(text),
      onEnd: options.onEnd,
      complete: options.complete,
      mayKeep: mayBeKept,
      hiddenHint: ", see server.log",
      maxWaiting: MAX_WAITING,
      paint: {
        prompt: (text) => this.#paint.prompt(text),
        status: (text) => this.#paint.status(text),
      },
    });
  }

  get columns(): number {
    return this.#editor.columns;
  }

  /** Shows the status and starts to take lines. */
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

  /** Shows an answer to the operator. The columns of a list stay apart. */
  answer(text: string): void {
    for (const line of displayLines(text)) {
      const [, left, right] = /^(.*?\S {2,})(\S.*)$/.exec(line) ?? [];
      const fits = textWidth(line) < this.#editor.columns;
      if (fits || right === undefined) this.#showAnswer(line);
      else this.#answerColumns(left!, right);
    }
  }

  /** Shows the operator's message to everyone, as people read it. */
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

  ask(question: string): Promise<string | undefined> {
    // The line being typed is not an answer, and Ctrl+C at a question must not close
    // the server.
    return this.#editor.ask(display(question), {
      isPatient: true,
      cancelAnswer: "no",
      isAnswer: isYesOrNo,
    });
  }

  askSecret(question: string): Promise<string | undefined> {
    return this.#editor.ask(display(question), {
      isPatient: true,
      isSecret: true,
      isCancellable: true,
    });
  }

  giveBack(text: string): boolean {
    const isLate = this.#current < this.#entered;
    return this.#editor.giveBack({ text }, { isLate });
  }

  /** Gives the terminal back to the shell. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#editor.close();
  }

  /**
   * Carries out lines one after the other: a pasted line must never answer a question.
   */
  #take(line: string): void {
    if (line.trim() !== "") this.#entered++;
    const number = this.#entered;
    this.#work = this.#work.then(() => {
      this.#current = number;
      return this.#options.onLine(line);
    });
  }

  /**
   * Shows two columns. The right column wraps beside the left one, or below a wide one.
   */
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

  /**
   * Returns the rows of `line`, short enough that the terminal does not break them
   * again; all but the first are indented.
   */
  #rows(line: string, indent: number): string[] {
    return wrap(line, this.#editor.columns - 1, {
      indent: this.#indent(indent),
    });
  }

  /** Returns an indent of `columns`, but at most a third of the window. */
  #indent(columns: number): number {
    return Math.min(columns, Math.ceil(this.#editor.columns / 3));
  }

  /** Draws the status once a second if it changed, so that it never flickers. */
  #showStatus(): void {
    this.#timer = setTimeout(() => this.#showStatus(), STATUS_INTERVAL);
    const status = this.#options.status();
    if (status === this.#status) return;
    this.#status = status;
    this.#editor.status = display(status);
  }
}
