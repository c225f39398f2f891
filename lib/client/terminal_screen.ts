import type { Completer } from "../terminal/completion.ts";
import { LineEditor } from "../terminal/line_editor.ts";
import { LineQueue } from "../terminal/line_queue.ts";
import type { Style } from "../terminal/style.ts";
import { clockTime } from "../terminal/text_layout.ts";
import type { Profile } from "./profile.ts";
import { renderTerminal } from "./render.ts";
import type { FooterStyle, Screen } from "./screen.ts";
import type { Line } from "./view.ts";

/** Rings, where the window can. */
const BELL = "\x07";

export type TerminalScreenOptions = {
  readonly style: Style;
  /** Whether the time stands in front of what happens. */
  readonly showTime: boolean;
  /** Where what was typed is kept between runs, if it is. */
  readonly profile?: Profile | undefined;
  /** Called for Ctrl+C. */
  readonly onInterrupt: () => void;
};

/** A terminal with a line being typed at the bottom. */
export class TerminalScreen implements Screen {
  readonly interactive = true;
  readonly #options: TerminalScreenOptions;
  readonly #editor: LineEditor;
  readonly #typed = new LineQueue();
  #complete: Completer = () => [];
  #onKey: () => void = () => {};

  constructor(options: TerminalScreenOptions) {
    this.#options = options;
    const { profile, onInterrupt } = options;
    this.#editor = new LineEditor({
      history: profile?.history ?? [],
      onHistory: (history) => profile?.keepHistory(history),
      isPlain: !options.style.color,
      complete: (line) => this.#complete(line),
      onLine: (line) => this.#typed.add(line),
      onKey: () => this.#onKey(),
      onEnd: (interrupted) => {
        this.#typed.end();
        if (interrupted) onInterrupt();
      },
    });
  }

  print(line: Line): void {
    const { style, showTime } = this.#options;
    const time = "past" in line && line.past ? line.past.at : new Date();
    const text = renderTerminal(line, {
      style,
      columns: this.#editor.columns,
      time: showTime ? clockTime(time) : undefined,
    });
    const bell = "rings" in line && line.rings ? BELL : "";
    this.#editor.print(bell + text);
  }

  setPrompt(prompt: string): void {
    this.#editor.prompt = prompt;
  }

  setFooter(draw: (style: FooterStyle) => readonly string[]): void {
    const { symbols } = this.#options.style;
    this.#editor.footer = draw({ columns: this.#editor.columns - 1, symbols });
  }

  get columns(): number {
    return this.#editor.columns;
  }

  setTitle(title: string): void {
    this.#editor.title = title;
  }

  setStatus(text: string): void {
    this.#editor.status = text;
  }

  clear(): void {
    this.#editor.clear();
  }

  onKey(listener: () => void): void {
    this.#onKey = listener;
  }

  ask(question: string): Promise<string | undefined> {
    return this.#editor.ask(question);
  }

  giveBack(text: string): void {
    this.#editor.type(text);
  }

  setCompleter(complete: Completer): void {
    this.#complete = complete;
  }

  putBack(lines: readonly string[]): void {
    this.#typed.putBack(lines);
  }

  lines(signal: AbortSignal): AsyncIterable<string> {
    this.#editor.open();
    return this.#typed.lines(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#editor.close();
  }
}
