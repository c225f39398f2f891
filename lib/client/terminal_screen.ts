import { display } from "../display.ts";
import type { Completer } from "../terminal/completion.ts";
import type { BoundLine } from "../terminal/draft_binding.ts";
import { type Editor, openEditor } from "../terminal/open_editor.ts";
import type { LineEditorOptions } from "../terminal/line_editor.ts";
import { LineQueue } from "../terminal/line_queue.ts";
import type { QuestionOptions } from "../terminal/questions.ts";
import { Painter, type Style } from "../terminal/style.ts";
import { dayTime, wrap } from "../terminal/text_layout.ts";
import { Folded, type Message } from "./folded.ts";
import { type Missed, MissedLines } from "./missed.ts";
import { renderTerminal } from "./render.ts";
import type { Profile } from "../store/profile.ts";
import type {
  ChatScreen,
  FooterStyle,
  LineBinder,
  TakenLine,
} from "./chat_screen.ts";
import type { Line } from "./view.ts";

/** Rings the bell of the terminal. */
const BELL = "\x07";

/** Most rows of one message: enough for a page of code, and other messages stay in sight. */
const MAX_MESSAGE_ROWS = 20;

/** The largest part of a low window for one message, for the same reason. */
const MAX_MESSAGE_SHARE = 2 / 3;

/** Rows that a message may take in the lowest window. */
const MIN_MESSAGE_ROWS = 3;

export type TerminalScreenOptions =
  & Pick<
    LineEditorOptions,
    "input" | "output"
  >
  & {
    readonly style: Style;
    /** Whether each event shows its time. */
    readonly showTime: boolean;
    /** Keeps the user's lines between runs, if any. */
    readonly profile?: Profile | undefined;
    /** Called for Ctrl+C. */
    readonly onInterrupt: () => void;
  };

/** A terminal, with the line that the user is typing at the bottom. */
export class TerminalScreen implements ChatScreen {
  readonly interactive = true;
  readonly folded = new Folded();
  readonly #missed = new MissedLines();
  readonly #paint: Painter;
  readonly #options: TerminalScreenOptions;
  readonly #editor: Editor;
  readonly #typed = new LineQueue<TakenLine>();
  #binder: LineBinder | undefined;
  #complete: Completer = () => [];
  #onKey: () => void = () => {};

  constructor(options: TerminalScreenOptions) {
    this.#options = options;
    this.#paint = new Painter(options.style);
    const { profile, onInterrupt, input, output } = options;
    this.#editor = openEditor({
      ...(input && { input }),
      ...(output && { output }),
      isDumb: options.style.isDumb,
      history: profile?.history ?? [],
      onHistory: (history) => profile?.keepHistory(history),
      complete: (line) => this.#complete(line),
      hiddenHint: " (/show missed)",
      paint: {
        prompt: (text) => this.#paint.prompt(text),
        status: (text) => this.#paint.status(text),
        hint: (text) => this.#paint.system(text),
      },
      bind: (text, before) => this.#binder?.bind(text, before),
      onLine: (line) => {
        this.#typed.add(this.#binder?.typed(line) ?? line);
      },
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

  /** Resolves when the terminal has room for more: at once, or after a moment. */
  room(): Promise<void> {
    return this.#editor.relief();
  }

  #show(rows: string): void {
    if (!this.#editor.print(rows)) this.#missed.keep(rows);
  }

  /** Only messages of people have a limit. */
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

  ask(
    question: string,
    options?: QuestionOptions,
  ): Promise<string | undefined> {
    return this.#editor.ask(display(question), options);
  }

  giveBack(line: BoundLine, options?: { readonly isLate?: boolean }): boolean {
    return this.#editor.giveBack(line, options);
  }

  rebind(): void {
    this.#editor.rebind();
  }

  setBinder(binder: LineBinder): void {
    this.#binder = binder;
  }

  setCompleter(complete: Completer): void {
    this.#complete = complete;
  }

  putBack(lines: readonly TakenLine[]): void {
    this.#typed.putBack(lines);
  }

  takeRest(): readonly TakenLine[] {
    return this.#typed.takeRest();
  }

  lines(signal: AbortSignal): AsyncIterable<TakenLine> {
    this.#editor.open();
    return this.#typed.lines(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#editor.close();
  }
}

/** The time of an old message; `undefined` for an event of this moment. */
function shownAt(line: Line): Date | undefined {
  if (!("from" in line)) return undefined;
  return line.whole?.at ?? ("past" in line ? line.past?.at : undefined);
}
