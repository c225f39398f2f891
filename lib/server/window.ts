import { display, displayLines } from "../display.ts";
import type { Completer } from "../terminal/completion.ts";
import { type Editor, openEditor } from "../terminal/open_editor.ts";
import { Painter, type Style } from "../terminal/style.ts";
import { clockTime, wrap } from "../terminal/text_layout.ts";

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
  readonly #editor: Editor;
  #timer: ReturnType<typeof setInterval> | undefined;
  #status = "";

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#editor = openEditor({
      onLine: options.onLine,
      onEnd: options.onEnd,
      complete: options.complete,
      hiddenHint: ", see server.log",
      paint: { footer: (line) => new Painter(options.style).system(line) },
    });
  }

  /** Begins to show the status and to take lines. */
  open(): void {
    this.#showStatus();
    this.#timer = setInterval(() => this.#showStatus(), STATUS_INTERVAL);
    this.#editor.prompt = "> ";
    this.#editor.open();
  }

  /** Shows one event. */
  print(line: string): void {
    const paint = new Painter(this.#options.style);
    const time = clockTime(new Date());
    const [first, ...others] = this.#wrapped(line, time.length + 1);
    const rows = [
      `${paint.system(time)} ${first}`,
      ...others.map((row) => " ".repeat(time.length + 1) + row),
    ];
    this.#editor.print(rows.join("\n"));
  }

  /** Shows an answer to the one who typed; what stands under a heading stays indented. */
  answer(text: string): void {
    for (const line of displayLines(text)) {
      const indent = 2 * /^ */.exec(line)![0].length;
      const [first, ...rest] = this.#wrapped(line);
      const others = rest.length === 0
        ? []
        : this.#wrapped(rest.join(" "), indent);
      const rows = others.map((row) => " ".repeat(indent) + row);
      this.#editor.print([first, ...rows].join("\n"));
    }
  }

  /** In rows that leave `indent` columns free. */
  #wrapped(line: string, indent = 0): string[] {
    return wrap(display(line), this.#editor.columns - 1 - indent);
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
