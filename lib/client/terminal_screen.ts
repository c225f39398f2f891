import type { Completer } from "../terminal/completion.ts";
import { type Editor, openEditor } from "../terminal/open_editor.ts";
import { LineQueue } from "../terminal/line_queue.ts";
import { Painter, type Style } from "../terminal/style.ts";
import { dayTime, wrap } from "../terminal/text_layout.ts";
import { Folded, type Message } from "./folded.ts";
import { type Missed, MissedLines } from "./missed.ts";
import type { Profile } from "./profile.ts";
import { renderTerminal } from "./render.ts";
import type { FooterStyle, Screen } from "./screen.ts";
import type { Line } from "./view.ts";

/** Rings, where the window can. */
const BELL = "\x07";

/** Rows that one message may take: enough for a page of code, and others stay in sight. */
const MAX_MESSAGE_ROWS = 20;

/** The part of a low window that one message may take, for the same reason. */
const MAX_MESSAGE_SHARE = 2 / 3;

/** Rows that a message may take in any window. */
const MIN_MESSAGE_ROWS = 3;

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
  readonly folded = new Folded();
  readonly #missed = new MissedLines();
  readonly #paint: Painter;
  readonly #options: TerminalScreenOptions;
  readonly #editor: Editor;
  readonly #typed = new LineQueue();
  #complete: Completer = () => [];
  #onKey: () => void = () => {};

  constructor(options: TerminalScreenOptions) {
    this.#options = options;
    this.#paint = new Painter(options.style);
    const { profile, onInterrupt } = options;
    this.#editor = openEditor({
      history: profile?.history ?? [],
      onHistory: (history) => profile?.keepHistory(history),
      complete: (line) => this.#complete(line),
      hiddenHint: " (/show missed)",
      paint: {
        prompt: (text) => this.#paint.prompt(text),
        status: (text) => this.#paint.status(text),
        hint: (text) => this.#paint.system(text),
      },
      onLine: (line) => this.#typed.add(line),
      onKey: () => this.#onKey(),
      onEnd: (interrupted) => {
        this.#typed.end();
        if (interrupted) onInterrupt();
      },
    });
  }

  print(line: Line): void {
    const now = new Date();
    const at = shownAt(line) ?? now;
    const { columns } = this.#editor;
    const { rows, hidden } = renderTerminal(line, {
      paint: this.#paint,
      columns,
      time: this.#options.showTime ? dayTime(at, now) : undefined,
      maxRows: this.#maxRows(line),
    });
    const text = [...rows];
    if (hidden > 0) {
      const number = this.folded.keep(line as Message, at);
      const more = hidden === 1 ? "1 more row" : `${hidden} more rows`;
      const note = wrap(`... ${more} (/show ${number})`, columns - 1, {
        indent: Math.min(4, Math.floor(columns / 3)),
      });
      text.push(...note.map((row) => this.#paint.system(row)));
    }
    const bell = "rings" in line && line.rings ? BELL : "";
    this.#show(bell + text.join("\n"));
  }

  #show(rows: string): void {
    if (!this.#editor.print(rows)) this.#missed.keep(rows);
  }

  /** What people say is cut when it is long; what the program says never is. */
  #maxRows(line: Line): number {
    if (!("from" in line) || line.whole !== undefined) return Infinity;
    const share = Math.floor(this.#editor.rows * MAX_MESSAGE_SHARE);
    return Math.min(MAX_MESSAGE_ROWS, Math.max(MIN_MESSAGE_ROWS, share));
  }

  showMissed(): Missed {
    return this.#missed.take((rows) => this.#show(rows));
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

/** When a line that is not new was said; `undefined` for what happens now. */
function shownAt(line: Line): Date | undefined {
  if (!("from" in line)) return undefined;
  return line.whole?.at ?? ("past" in line ? line.past?.at : undefined);
}
