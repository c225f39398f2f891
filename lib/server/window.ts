import { display, displayLines } from "../display.ts";
import type { Completer } from "../terminal/completion.ts";
import { LineEditor } from "../terminal/line_editor.ts";
import { Painter, type Style } from "../terminal/style.ts";
import { clockTime, hangingIndent, wrap } from "../terminal/text_layout.ts";

/** How often the status line is looked at, in milliseconds. */
const STATUS_INTERVAL = 1_000;

export type WindowOptions = {
  readonly style: Style;
  /** What stands above the prompt: address, clients, messages, uptime. */
  readonly status: () => string;
  readonly complete: Completer;
  /** A line was typed. */
  readonly onLine: (line: string) => void;
  /** Ctrl+C, or the end of input. */
  readonly onEnd: (interrupted: boolean) => void;
};

/**
 * The server's window on a terminal: one line for one event, a status line, and a
 * line to type in. Like every screen of the server it never makes it wait.
 */
export class Window {
  readonly #options: WindowOptions;
  readonly #editor: LineEditor;
  readonly #paint: Painter;
  #timer: ReturnType<typeof setInterval> | undefined;
  #status = "";

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#paint = new Painter(options.style);
    this.#editor = new LineEditor({
      onLine: options.onLine,
      onEnd: options.onEnd,
      complete: options.complete,
      hiddenHint: ", see server.log",
      paintFooter: (line) => this.#paint.status(line),
    });
  }

  /** Begins to show the status and to take lines. */
  open(): void {
    this.#showStatus();
    this.#timer = setInterval(() => this.#showStatus(), STATUS_INTERVAL);
    this.#editor.prompt = this.#paint.prompt("> ");
    this.#editor.open();
  }

  /** Shows one event. */
  print(line: string): void {
    const time = `${clockTime(new Date())} `;
    const [first, ...others] = this.#rows(time + display(line), time.length);
    const painted = this.#paint.system(time) + first!.slice(time.length);
    this.#editor.print([painted, ...others].join("\n"));
  }

  /** Shows an answer to the one who typed; what stands under a heading stays indented. */
  answer(text: string): void {
    for (const line of displayLines(text)) {
      const rows = this.#rows(line, hangingIndent(line));
      this.#editor.print(
        rows.map((row) => this.#paint.answer(row)).join("\n"),
      );
    }
  }

  /** In rows that the terminal does not break again, all but the first indented. */
  #rows(line: string, indent: number): string[] {
    const { columns } = this.#editor;
    return wrap(line, columns - 1, {
      indent: Math.min(indent, Math.ceil(columns / 3)),
    });
  }

  /** Gives the terminal back. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#editor.footer = [];
    await this.#editor.close();
  }

  /** Drawn only when it says something new: a window that moves is hard to read. */
  #showStatus(): void {
    const status = this.#options.status();
    if (status === this.#status) return;
    this.#status = status;
    this.#editor.footer = [display(status)];
  }
}
